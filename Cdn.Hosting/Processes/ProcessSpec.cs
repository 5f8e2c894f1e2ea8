using System.Collections.Immutable;

namespace Cdn.Hosting;

/// <summary>What is to be run.</summary>
/// <param name="Command">Full path of the program.</param>
/// <param name="Args">Its arguments.</param>
/// <param name="WorkingDirectory">Full path of where it runs.</param>
/// <param name="Environment">Its whole environment; nothing else is inherited.</param>
/// <param name="SignalGroup">
/// Whether the signal to stop goes to the whole group and not to the process alone (`dotnet run` does not pass it on).
/// </param>
internal sealed record ProcessSpec(
    string Command, IReadOnlyList<string> Args, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment,
    bool SignalGroup = false)
{
    /// <summary>What may be told of the environment.</summary>
    public ImmutableArray<EnvironmentVariableSnapshot> ShownEnvironment { get; init; } = [];
}

/// <summary>Starts processes so that none of them outlives the AppHost.</summary>
internal interface IProcessLauncher : IDisposable
{
    /// <summary>Starts a process; every line of its output is passed on, with whether it came from standard error.</summary>
    IRunningProcess Start(ProcessSpec spec, Action<string, bool> line);
}

/// <summary>A process that was started.</summary>
internal interface IRunningProcess
{
    /// <summary>Its id, and that of its group.</summary>
    int Pid { get; }

    /// <summary>Its exit code, when it has ended; 128 + n after signal n.</summary>
    Task<int> Exited { get; }

    /// <summary>Asks it to end.</summary>
    void Terminate();

    /// <summary>Ends it and everything that it has started.</summary>
    void Kill();

    /// <summary>After its end: ends what it has left behind, and reads its last lines.</summary>
    Task CleanUpAsync();
}
