namespace Cdn.Contracts.Tokens;

/// <summary>Why a token, or the ticket that it was exchanged for, does not let somebody in.</summary>
public enum TokenRefusal
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It is no token: truncated, too long, not what RFC 7515 and RFC 9246 describe.</summary>
    Malformed,

    /// <summary>The key set has no key of its id.</summary>
    UnknownKey,

    /// <summary>It says another algorithm than its key is for, or none.</summary>
    WrongAlgorithm,

    /// <summary>Its signature is not its key's.</summary>
    WrongSignature,

    /// <summary>It is from another issuer than the key's, or for another audience than the key set's.</summary>
    WrongParty,

    /// <summary>It asks for something that is not known here: a version, a critical claim, a renewal.</summary>
    Unsupported,

    /// <summary><c>nbf</c> is still to come.</summary>
    NotYetValid,

    /// <summary><c>exp</c> has passed.</summary>
    Expired,

    /// <summary>It is for something else than what is asked for.</summary>
    OtherName,

    /// <summary>It is for another client's address.</summary>
    OtherAddress,

    /// <summary>The ticket is for another name, or another address, or is none.</summary>
    WrongTicket,

    /// <summary>An operator has revoked it, its subject, or its key.</summary>
    Revoked,
}

/// <summary>What a client is told.</summary>
public static class TokenRefusals
{
    /// <summary>The status of the answer: 410 for what was good once, 403 for all else.</summary>
    public static int StatusOf(TokenRefusal refusal) => refusal == TokenRefusal.Expired ? 410 : 403;

    /// <summary>One sentence: which it is, and nothing of what is in the token.</summary>
    public static string Explain(TokenRefusal refusal) => refusal switch
    {
        TokenRefusal.Missing => "This video needs a token.",
        TokenRefusal.Malformed => "The token is malformed.",
        TokenRefusal.UnknownKey => "The token's key is unknown.",
        TokenRefusal.WrongAlgorithm => "The token's algorithm is not its key's.",
        TokenRefusal.WrongSignature => "The token's signature is wrong.",
        TokenRefusal.WrongParty => "The token is not from this issuer, or not for this CDN.",
        TokenRefusal.Unsupported => "The token asks for something that is not supported here.",
        TokenRefusal.NotYetValid => "The token is not valid yet.",
        TokenRefusal.Expired => "The token has expired.",
        TokenRefusal.OtherName => "The token is for another name.",
        TokenRefusal.OtherAddress => "The token is for another address.",
        TokenRefusal.WrongTicket => "The ticket is for another name or another address.",
        TokenRefusal.Revoked => "The token is revoked.",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal)),
    };
}
