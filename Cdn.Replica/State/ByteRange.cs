namespace Cdn.Replica.State;

/// <summary>Bytes from one position to another, both included.</summary>
internal readonly record struct ByteRange(long First, long Last)
{
    public long Length => Last - First + 1;
}
