using System.IO.Enumeration;
using System.Text;
using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Storage.Files;
using Cdn.Transfer.Sets;

namespace Cdn.Replica.Store;

/// <summary>What a look at all objects came to.</summary>
/// <param name="Damaged">Those that are missing, or have another length.</param>
/// <param name="Suspects">Those that are not as they were left, though as long.</param>
/// <param name="Unlinked">
/// Those that have fewer links than names: the names are files of their own, as a copy of a store may have them.
/// </param>
internal sealed record ObjectLook(List<HeldObject> Damaged, List<Sha256Digest> Suspects, List<HeldObject> Unlinked);

/// <summary>Compares what is on the disk with what is known, without reading a byte of any object.</summary>
internal static class DiskReconciler
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = 0 };

    /// <summary>Looks at every object: one call of the system each.</summary>
    public static ObjectLook LookAtObjects(StoreLayout layout, PersistentMap<Sha256Digest, HeldObject> objects, SharedNames names)
    {
        var look = new ObjectLook([], [], []);
        var path = new ObjectPath(layout);
        foreach (var held in objects.Select(item => item.Value))
        {
            if (!path.TryLook(held.Sha256, out var status) || !status.IsRegular || status.Size != held.Size)
            {
                look.Damaged.Add(held);
                continue;
            }

            if (status.ModifiedSeconds != held.Modified)
            {
                look.Suspects.Add(held.Sha256);
            }

            if (status.Links != names.Of(held).Count + 1)
            {
                look.Unlinked.Add(held);
            }
        }

        return look;
    }

    /// <summary>Removes what is below <c>objects/</c> and is none of ours.</summary>
    public static void RemoveStrayObjects(StoreLayout layout, PersistentMap<Sha256Digest, HeldObject> objects)
    {
        foreach (var stray in new FileSystemEnumerable<string>(layout.Objects, (ref FileSystemEntry entry) => entry.ToFullPath(), Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory && !(Sha256Digest.TryParseHex(entry.FileName, out var digest) && objects.ContainsKey(digest)),
        })
        {
            File.Delete(stray);
        }
    }

    /// <summary>Removes what is below <c>names/</c> and is not in the index. Returns how many names are there.</summary>
    public static int RemoveStrayNames(StoreLayout layout, PersistentMap<VideoName, HeldContent> names)
    {
        var (found, prefix) = (0, layout.Names.Length + 1);
        foreach (var stray in new FileSystemEnumerable<string>(layout.Names, (ref FileSystemEntry entry) => entry.ToFullPath(), Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
            {
                if (entry.IsDirectory)
                {
                    return false;
                }

                var folder = entry.Directory.Length < prefix ? [] : entry.Directory[prefix..];
                var text = folder.Length == 0 ? entry.FileName.ToString() : string.Concat(folder, "/", entry.FileName);
                var isKnown = VideoName.TryParse(text, out var name, out _) && names.ContainsKey(name);
                found += isKnown ? 1 : 0;
                return !isKnown;
            },
        })
        {
            File.Delete(stray);
        }

        return found;
    }

    /// <summary>The path of one object after the other, in one buffer.</summary>
    private sealed class ObjectPath
    {
        private const int HexLength = Sha256Digest.ByteLength * 2;

        private readonly byte[] _path;
        private readonly int _start;

        public ObjectPath(StoreLayout layout)
        {
            var folder = Encoding.UTF8.GetBytes(layout.Objects + "/");
            _start = folder.Length;
            _path = new byte[_start + 3 + HexLength + 1];
            folder.CopyTo(_path, 0);
            _path[_start + 2] = (byte)'/';
        }

        public bool TryLook(Sha256Digest digest, out FileStat status)
        {
            if (!OperatingSystem.IsLinux())
            {
                var hex = digest.ToString();
                return FileStat.TryOf($"{Encoding.UTF8.GetString(_path, 0, _start)}{hex[..2]}/{hex}", out status);
            }

            Span<byte> bytes = stackalloc byte[Sha256Digest.ByteLength];
            digest.CopyTo(bytes);
            Convert.TryToHexStringLower(bytes, _path.AsSpan(_start + 3), out _);
            _path[_start] = _path[_start + 3];
            _path[_start + 1] = _path[_start + 4];
            return FileStat.TryOf(_path, out status);
        }
    }
}
