using System.Net.Http.Json;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin;

/// <summary>What an origin says of its folder.</summary>
internal static class OriginReport
{
    public static async Task<FolderReport> ReportAsync(this OriginProcess origin) =>
        (await origin.Service.Authorized.GetFromJsonAsync(Routes.Folder, WireJson.Default.FolderReport))!;

    /// <summary>Waits until a path is listed as ignored, and returns the reason.</summary>
    public static async Task<string> IgnoresAsync(this OriginProcess origin, string path)
    {
        string? reason = null;
        await Eventually.TrueAsync(
            async () => (reason = (await origin.ReportAsync()).Ignored.FirstOrDefault(file => file.Path == path)?.Reason) is not null, $"{path} is listed as ignored");
        return reason!;
    }

    /// <summary>Waits until something is said of the folder.</summary>
    public static Task SaysAsync(this OriginProcess origin, string text) => Eventually.TrueAsync(
        async () => (await origin.HealthAsync()).Contains(text), $"the origin says '{text}'");

    public static async Task<string> HealthAsync(this OriginProcess origin) => await (await origin.Service.Http.GetAsync(Routes.Health)).Content.ReadAsStringAsync();

    /// <summary>The version of a name that is published; null if there is none.</summary>
    public static async Task<CatalogVideo?> FindAsync(this OriginProcess origin, string name) =>
        (await origin.Service.CatalogAsync()).Videos.FirstOrDefault(video => video.Name.Value == name);

    /// <summary>Waits until a name is published with these bytes.</summary>
    public static async Task<CatalogVideo> PublishesBytesAsync(this OriginProcess origin, string name, byte[] bytes)
    {
        CatalogVideo? video = null;
        var digest = Bytes.Digest(bytes);
        await Eventually.TrueAsync(async () => (video = await origin.FindAsync(name))?.Sha256 == digest, $"{name} is published as it is");
        return video!;
    }
}
