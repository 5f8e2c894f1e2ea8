using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Cdn.Replica.Fill;

/// <summary>
/// Gives the connections blocks of 64 KiB to receive into and to send from. Kestrel's own are of 4 KiB, one system call each, and that
/// is what most of the time of a push goes to. A connection without traffic holds none: Kestrel takes a block when there is
/// something to read or write, and gives it back when that is consumed.
/// </summary>
internal sealed class LargeBlockPoolFactory : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new LargeBlockPool();

    private sealed class LargeBlockPool : MemoryPool<byte>
    {
        /// <summary>64 KiB: larger ones gain nothing more, and would lie in the large object heap.</summary>
        private const int BlockSize = 64 * 1024;

        /// <summary>Blocks kept for the next one who needs one: 256, which is 16 MiB. The process's shared pool keeps fewer, and the rest is garbage.</summary>
        private const int MostKept = 256;

        private readonly ConcurrentQueue<Block> _free = new();
        private int _kept;

        public override int MaxBufferSize => BlockSize;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
            if (!_free.TryDequeue(out var block))
            {
                return new Block(this);
            }

            Interlocked.Decrement(ref _kept);
            block.Take();
            return block;
        }

        protected override void Dispose(bool disposing) => _free.Clear();

        private sealed class Block(LargeBlockPool pool) : IMemoryOwner<byte>
        {
            private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockSize);
            private int _isFree;

            public Memory<byte> Memory => _bytes;

            public void Take() => Volatile.Write(ref _isFree, 0);

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _isFree, 1) == 1)
                {
                    return;
                }

                if (Interlocked.Increment(ref pool._kept) <= MostKept)
                {
                    pool._free.Enqueue(this);
                }
                else
                {
                    Interlocked.Decrement(ref pool._kept);
                }
            }
        }
    }
}
