using System.Diagnostics;

namespace Cdn.Hosting;

/// <summary>
/// A small process that outlives the AppHost by a few seconds, and ends what the AppHost has left behind: it is told of every
/// process that is started and ended, and at the end of its input (the AppHost is gone, however it went) it ends the rest.
/// </summary>
/// <remarks>
/// A process is forgotten as soon as its end is seen, so a number that the system has given to somebody else is not signalled,
/// save in the moment between that end and its notice.
/// </remarks>
internal sealed class Guardian : IDisposable
{
    /// <summary>So often a guardian that was killed is replaced; more often is no accident.</summary>
    private const int MaxReplacements = 10;

    // Its own session keeps it from the terminal's Ctrl+C and from signals to the AppHost's group; the closed outputs keep
    // `run | tee log` from waiting for it. Then TERM, 5 s (50 times 0.1 s), KILL. A process that was just started does not lead
    // its group yet, so where there is no such group the process itself is meant.
    private const string Script = """
        exec >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
        cd /
        trap '' HUP INT QUIT TERM
        all=
        while IFS= read -r line; do
          id=${line#?}
          case $line in
            +*) all="$all $id" ;;
            -*) rest=; for i in $all; do [ "$i" = "$id" ] || rest="$rest $i"; done; all=$rest ;;
          esac
        done
        [ -n "$all" ] || exit 0
        end() { kill -s "$1" -- "$2" || kill -s "$1" -- "${2#-}"; }
        for i in $all; do end TERM "$i"; done
        n=0
        while [ $n -lt 50 ]; do
          alive=
          for i in $all; do end 0 "$i" && alive=1; done
          [ -n "$alive" ] || exit 0
          sleep 0.1
          n=$((n + 1))
        done
        for i in $all; do end KILL "$i"; done
        """;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, string> _watched = [];
    private Process? _process;
    private int _replacements;
    private bool _disposed;

    /// <summary>Its process, for tests.</summary>
    internal int? Pid => _process?.Id;

    /// <summary>Has a process ended when the AppHost is gone, with its group if it leads one.</summary>
    public void Watch(int pid, bool group)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _watched[pid] = group ? $"-{pid}" : $"{pid}";
            Tell("+" + _watched[pid]);
        }
    }

    /// <summary>Forgets a process that has ended.</summary>
    public void Unwatch(int pid)
    {
        lock (_gate)
        {
            if (!_disposed && _watched.Remove(pid, out var target))
            {
                Tell("-" + target);
            }
        }
    }

    /// <summary>Lets go of it: it ends what is still watched, then itself.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            try
            {
                _process?.StandardInput.Close();
            }
            catch (IOException)
            {
                // It is gone.
            }

            _process?.Dispose();
            _process = null;
        }
    }

    private void Tell(string line)
    {
        try
        {
            if (_process is { HasExited: false })
            {
                _process.StandardInput.WriteLine(line);
                return;
            }
        }
        catch (IOException)
        {
            // Somebody has killed it: another one takes its place.
        }

        if (_replacements++ > MaxReplacements)
        {
            throw new DistributedApplicationException(
                "The process that guards against orphans was killed again and again: nothing more is started without it.");
        }

        _process?.Dispose();
        _process = Start();
        foreach (var target in _watched.Values)
        {
            _process.StandardInput.WriteLine("+" + target);
        }
    }

    private static Process Start()
    {
        var start = new ProcessStartInfo { FileName = UnixLauncher.SetSid ?? "/bin/sh", RedirectStandardInput = true };
        foreach (var arg in UnixLauncher.SetSid is null ? ["-c", Script, "cdn-guardian"] : new[] { "/bin/sh", "-c", Script, "cdn-guardian" })
        {
            start.ArgumentList.Add(arg);
        }

        var process = new Process { StartInfo = start };
        process.Start();
        process.StandardInput.AutoFlush = true;
        return process;
    }
}
