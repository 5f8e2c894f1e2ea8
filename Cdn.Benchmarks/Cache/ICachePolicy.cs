namespace Cdn.Benchmarks.Cache;

/// <summary>A cache of a given size in bytes, of which only the bookkeeping is here: what it keeps, and what it gives up.</summary>
internal interface ICachePolicy
{
    string Name { get; }

    /// <summary>Somebody asks for an object; true if it is kept. If it is not, it is now, and others have gone for it.</summary>
    bool Ask(int key, long size);
}
