namespace Cdn.Hosting;

/// <summary>What is said when everything is up: where to go.</summary>
internal static class StartSummary
{
    public static string Create(
        string application, TimeSpan after, DistributedApplicationModel model, ResourceUrls urls, string? dashboardUrl)
    {
        List<(string Name, string Text)> lines = [];
        foreach (var resource in model.Resources.Where(r => !r.HasAnnotationOfType<HiddenAnnotation>()))
        {
            lines.AddRange(urls.ForPeople(resource).Select(u =>
                (resource.Name, string.IsNullOrEmpty(u.DisplayText) ? u.Url : $"{u.Url}  ({u.DisplayText})")));
        }

        if (dashboardUrl is not null)
        {
            lines.Add(("dashboard", dashboardUrl));
        }

        var width = lines.Select(l => l.Name.Length).DefaultIfEmpty(0).Max() + 2;
        var text = FormattableString.Invariant($"{Environment.NewLine}{application} is up after {after.TotalSeconds:0.0} s. Ctrl+C stops it.");
        return string.Join(Environment.NewLine, [text, .. lines.Select(l => $"  {l.Name.PadRight(width)}{l.Text}"), ""]);
    }
}
