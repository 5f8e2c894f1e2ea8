namespace Cdn.Contracts;

/// <summary>Header fields of the wire that ASP.NET Core has no name for.</summary>
public static class CdnHeaders
{
    /// <summary>Digest of the whole video, whatever part of it a message carries (RFC 9530).</summary>
    public const string ReprDigest = "Repr-Digest";

    /// <summary>
    /// In an answer: bytes of an unfinished push that the replica holds. In a request: where the body goes on
    /// (draft-ietf-httpbis-resumable-upload).
    /// </summary>
    public const string UploadOffset = "Upload-Offset";

    /// <summary>Bytes of the whole video, which is more than the body of a push that resumes (same draft).</summary>
    public const string UploadLength = "Upload-Length";

    /// <summary><c>?1</c> when the replica holds the whole, verified video, else <c>?0</c> (same draft).</summary>
    public const string UploadComplete = "Upload-Complete";

    /// <summary>nginx's id of a request, which is also in its access log. It is nginx's own: what comes from outside is overwritten.</summary>
    public const string RequestId = "X-Request-Id";

    /// <summary>The client's address, as nginx saw it. It is nginx's own, too.</summary>
    public const string Client = "X-Forwarded-For";

    /// <summary>The secret that nginx shares with the controllers: what it says of a request beside it is true.</summary>
    public const string Edge = "X-Cdn-Edge";

    /// <summary>
    /// The query of a request, byte for byte, where it has bytes that no request line may have. It is the client's, and means no
    /// more than it would there.
    /// </summary>
    public const string Query = "X-Cdn-Query";

    /// <summary>
    /// In a push from a replica: up to where it has applied purges, <c>log;number</c>. One that has applied less than the receiver may be
    /// sending what was purged. The origin sends originals, and does not say this.
    /// </summary>
    public const string Purged = "X-Cdn-Purged";

    /// <summary>In the answer to a probe: <c>?1</c> when the replica wants no more clients. Absent otherwise.</summary>
    public const string Draining = "X-Cdn-Draining";

    /// <summary>In the answer to a probe: how much the replica has to do: requests of the last seconds, and transfers that are open.</summary>
    public const string Load = "X-Cdn-Load";

    /// <summary>In a probe: which of several controllers asks.</summary>
    public const string Controller = "X-Cdn-Controller";

    /// <summary>
    /// nginx names the replica that did not answer when it asks the controller again (step R6). It counts only together with
    /// <see cref="Edge"/>.
    /// </summary>
    public const string FailedReplica = "X-Cdn-Failed-Replica";
}
