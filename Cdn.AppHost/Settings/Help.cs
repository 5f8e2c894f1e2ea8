namespace Cdn.AppHost.Settings;

/// <summary>What <c>--help</c> says.</summary>
internal static class Help
{
    public static void Print(TextWriter output)
    {
        output.WriteLine("""
            Runs the CDN: an origin, replicas, a controller, and nginx as the only door. Ctrl+C stops it.

            Settings are environment variables (EDGE_PORT=8443 ./run) or arguments (./run --EDGE_PORT=8443). docs/operations.md says more.
            """);
        Print(output, "The CDN", SettingsTable.OfTheAppHost);
        Print(output, "Its services", SettingsTable.OfTheServices);
    }

    private static void Print(TextWriter output, string title, IReadOnlyList<Setting> settings)
    {
        output.WriteLine();
        output.WriteLine($"{title}:");
        var width = settings.Max(setting => setting.Name.Length) + 2;
        foreach (var setting in settings)
        {
            output.WriteLine($"  {setting.Name.PadRight(width)}{setting.Meaning}; {setting.Kind.Allowed} [{setting.Default}]");
        }
    }
}
