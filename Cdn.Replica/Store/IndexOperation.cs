using Cdn.Contracts;
using Cdn.Replica.State;

namespace Cdn.Replica.Store;

/// <summary>What is written to the index; a group of these is one transaction.</summary>
internal readonly record struct IndexOperation(IndexOperation.Kind What, HeldObject? Object, VideoName Name, long Id, PurgeMark? Mark)
{
    /// <summary>Which operation.</summary>
    internal enum Kind
    {
        PutObject,
        RemoveObject,
        PutName,
        RemoveName,
        SetMark,
    }

    public static IndexOperation Put(HeldObject held) => new(Kind.PutObject, held, default, held.Id, null);

    public static IndexOperation Remove(HeldObject held) => new(Kind.RemoveObject, held, default, held.Id, null);

    public static IndexOperation Put(VideoName name, long id) => new(Kind.PutName, null, name, id, null);

    public static IndexOperation Remove(VideoName name) => new(Kind.RemoveName, null, name, 0, null);

    public static IndexOperation Set(PurgeMark mark) => new(Kind.SetMark, null, default, 0, mark);
}
