using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Cdn.Replica.Fill;

/// <summary>
/// Gives the connections blocks of 64 KiB to receive into. Kestrel's own are of 4 KiB, one system call each, and that is what
/// most of the time of a push goes to. A connection without traffic holds none: Kestrel takes a block when there is something
/// to read, and gives it back when that is consumed.
/// </summary>
internal sealed class LargeBlockPoolFactory : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new LargeBlockPool();

    private sealed class LargeBlockPool : MemoryPool<byte>
    {
        /// <summary>64 KiB: larger ones gain nothing more, and would lie in the large object heap.</summary>
        private const int BlockSize = 64 * 1024;

        public override int MaxBufferSize => BlockSize;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(Math.Max(minBufferSize, BlockSize));

        protected override void Dispose(bool disposing)
        {
            // The arrays are those of the whole process.
        }
    }
}
