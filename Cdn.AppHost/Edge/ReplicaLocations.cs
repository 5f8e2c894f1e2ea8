using System.Globalization;
using System.Text;

namespace Cdn.AppHost.Edge;

/// <summary><c>generated/replicas.conf</c>: a location for each replica, which includes <c>replica.conf</c>.</summary>
internal static class ReplicaLocations
{
    /// <summary>The folder in a store by which nginx goes in. Without the link in it nginx asks the replica: see <c>PURGE_GRACE</c>.</summary>
    private const string Door = "/door";

    /// <summary>The text. <c>$replica_store</c> is <c>/dev/null</c> where nginx cannot see the store.</summary>
    public static string Write(IEnumerable<EdgeReplica> replicas)
    {
        var text = new StringBuilder();
        foreach (var (name, store, log) in replicas)
        {
            text.Append(CultureInfo.InvariantCulture, $"location = /{name}/video/ {{\n    return 404;\n}}\n\n");
            text.Append(CultureInfo.InvariantCulture, $"location /{name}/video/ {{\n    set $replica {name};\n");
            text.Append(
                CultureInfo.InvariantCulture, $"    set $replica_store {NginxConfigurationContext.Quote(store is null ? "/dev/null" : store + Door)};\n");
            if (store is not null && log is not null)
            {
                var file = NginxConfigurationContext.Quote(log);
                text.Append("    access_log access.log direct buffer=64k flush=1s;\n");
                text.Append(CultureInfo.InvariantCulture, $"    access_log {file} served buffer=64k flush=1s;\n");
                text.Append(CultureInfo.InvariantCulture, $"    access_log {file} traced buffer=64k flush=1s if=$http_traceparent;\n");
            }

            text.Append("    include replica.conf;\n}\n\n");
        }

        return text.ToString();
    }
}
