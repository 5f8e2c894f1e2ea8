/// <summary>What is set otherwise with the Aspire packages, unless it is said.</summary>
internal sealed partial class CdnSettings
{
    /// <summary>
    /// nginx is a container: who has Aspire has a container runtime. Where containers do not share the machine's network (that is Linux'
    /// alone), it stays a process.
    /// </summary>
    partial void SetPackageDefaults()
    {
        if (OperatingSystem.IsLinux())
        {
            _configuration["EDGE"] ??= "container";
        }
    }
}
