using System.Globalization;
using System.Text;

namespace Aspire.Hosting.Nginx.Configuration;

/// <summary><c>generated/upstreams.conf</c>: addresses of the services.</summary>
internal static class UpstreamConfiguration
{
    /// <summary>
    /// Connections that each worker keeps open to an upstream: 64, so that small requests never pay for a new one.
    /// </summary>
    private const int KeepAlive = 64;

    /// <summary>The text. Addresses of one name are one group.</summary>
    public static string Write(IEnumerable<(string Name, string Address)> upstreams)
    {
        var text = new StringBuilder();
        foreach (var group in upstreams.GroupBy(upstream => upstream.Name, upstream => upstream.Address))
        {
            text.Append(CultureInfo.InvariantCulture, $"upstream {group.Key} {{\n");
            foreach (var address in group)
            {
                // Nobody is left out for a time after a failure: who is well may change at once, and is not nginx's to say.
                text.Append(CultureInfo.InvariantCulture, $"    server {NginxText.Quote(address)} max_fails=0;\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"    keepalive {KeepAlive};\n}}\n\n");
        }

        return text.ToString();
    }
}
