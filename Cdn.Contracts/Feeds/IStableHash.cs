namespace Cdn.Contracts;

/// <summary>A key whose hash is the same in every process, so that two of them divide a set into the same parts.</summary>
public interface IStableHash
{
    /// <summary>64 bits, each as good as random.</summary>
    ulong StableHash { get; }
}
