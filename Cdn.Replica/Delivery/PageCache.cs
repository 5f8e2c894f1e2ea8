using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cdn.Replica.Delivery;

/// <summary>Reads that never wait for a disk: <c>preadv2(2)</c> with <c>RWF_NOWAIT</c>. Linux only; elsewhere there is nothing to be had.</summary>
internal static partial class PageCache
{
    private const int NoWait = 8;

    private static bool s_supported = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>Reads what is in memory; 0 or less if nothing is, or this cannot be told.</summary>
    public static unsafe int TryRead(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        if (!s_supported)
        {
            return -1;
        }

        fixed (byte* start = buffer)
        {
            var vector = new Vector { Start = start, Length = (nuint)buffer.Length };
            var added = false;
            try
            {
                file.DangerousAddRef(ref added);
                return (int)Read((int)file.DangerousGetHandle(), &vector, 1, offset, NoWait);
            }
            catch (EntryPointNotFoundException)
            {
                s_supported = false; // A C library without it.
                return -1;
            }
            finally
            {
                if (added)
                {
                    file.DangerousRelease();
                }
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "preadv2")]
    private static unsafe partial nint Read(int file, Vector* vectors, int count, long offset, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Vector
    {
        public byte* Start;
        public nuint Length;
    }
}
