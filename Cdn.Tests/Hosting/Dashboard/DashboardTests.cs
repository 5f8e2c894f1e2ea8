using System.Text.Json.Nodes;
using Cdn.Hosting;
using Cdn.Tests.Hosting.Processes;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Hosting.Dashboard;

public sealed class DashboardTests
{
    [Fact]
    public async Task Dashboard_ThatDoesNotComeUp_IsLeftOut()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell script");
        var cli = Path.Combine(Path.GetTempPath(), $"aspire-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(cli, "#!/bin/sh\necho 'no bundle' >&2\nexit 4\n", TestApp.Cancel);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(cli, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        try
        {
            using var appHost = new AppHostProcess(("ASPIRE_CLI_PATH", cli));
            await appHost.WaitUntilUpAsync();
            ProcessTable.Kill(appHost.Pid, UnixSignals.Term);
            Assert.Equal(0, (await appHost.EndAsync()).ExitCode);
        }
        finally
        {
            File.Delete(cli);
        }
    }

    [Fact]
    public async Task Dashboard_OfTheAspireCli_HasTheTraceOfAFillAcrossAllServices()
    {
        var cli = FindCli();
        Assert.SkipWhen(cli is null, "needs the Aspire CLI: in PATH, in ASPIRE_CLI_PATH, or in .tools/, where ./run puts it");
        using var appHost = new AppHostProcess(("ASPIRE_CLI_PATH", cli!));
        await appHost.WaitUntilUpAsync();
        var url = (await appHost.LineAsync("  dashboard  ")).Split(' ')[^1];
        using var http = new HttpClient { BaseAddress = new Uri(url) };

        foreach (var replica in (string[])["replica1", "replica2"])
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    var spans = await SpansAsync(http);
                    return spans.Where(fill => fill.Name == $"fill {replica}").Any(fill => new[]
                    {
                        fill with { Service = "controller" },
                        fill with { Service = "origin", Name = "POST /push_video" },
                        fill with { Service = replica, Name = "PUT /cache_video/{**video}" },
                    }.All(spans.Contains));
                },
                $"the dashboard has a trace of a fill of {replica}");
        }

        ProcessTable.Kill(appHost.Pid, UnixSignals.Term);
        Assert.Equal(0, (await appHost.EndAsync()).ExitCode);
    }

    private static string? FindCli()
    {
        if (CommandPath.Find(System.Environment.GetEnvironmentVariable("ASPIRE_CLI_PATH") ?? "aspire", "/") is { } cli)
        {
            return cli;
        }

        var tools = Path.Combine(Repository.Root, ".tools");
        return Directory.Exists(tools)
            ? Directory.EnumerateFiles(tools, "aspire", SearchOption.AllDirectories).FirstOrDefault(file => !file.Contains(".part/"))
            : null;
    }

    /// <summary>All spans that the dashboard has, in its JSON form of OTLP.</summary>
    private static async Task<List<CollectedSpan>> SpansAsync(HttpClient dashboard)
    {
        var answer = JsonNode.Parse(await dashboard.GetStringAsync("/api/telemetry/spans?limit=1000"))!;
        return
        [
            .. from sender in answer["data"]!["resourceSpans"]!.AsArray()
               let service = sender!["resource"]!["attributes"]!.AsArray()
                   .Single(attribute => (string?)attribute!["key"] == "service.name")!["value"]!["stringValue"]!.ToString()
               from scope in sender["scopeSpans"]!.AsArray()
               from span in scope!["spans"]!.AsArray()
               select new CollectedSpan(service, span!["traceId"]!.ToString(), span["name"]!.ToString()),
        ];
    }
}
