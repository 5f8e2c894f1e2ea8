using System.Net;
using System.Net.Sockets;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.AppHost.Settings;

/// <summary>What an operator sets wrong is said before anything starts, a sentence each.</summary>
[StartsProcesses]
public sealed class RefusalTests
{
    [Theory]
    [InlineData("VIDEO_DIR", "/no/such/folder", "VIDEO_DIR must name an existing folder with videos; '/no/such/folder' is none.")]
    [InlineData("NGINX", "/no/such/nginx", "nginx was not found as '/no/such/nginx': install it (apt-get install nginx), set NGINX to its path, or EDGE to container.")]
    [InlineData("EDGE_KEY", "", "EDGE_CERT and EDGE_KEY belong together; only one of them is set.")]
    [InlineData("DATA_DIR", "/dev/null/x", "DATA_DIR /dev/null/x cannot be used (does another CDN run on it?): Could not find a part of the path '/dev/null/x'.")]
    [InlineData("EDGE_PORT", "99999", "EDGE_PORT must be a port from 1 to 65535; it is '99999'.")]
    [InlineData("REPLICA_COUNT", "33", "REPLICA_COUNT must be a number from 1 to 32; it is '33'.")]
    [InlineData("HTTP3", "yes", "HTTP3 must be true or false; it is 'yes'.")]
    [InlineData("CAPACITY", "banana", "CAPACITY must be a number of bytes from 0, with K, M, G or T if wanted; it is 'banana'.")]
    [InlineData(
        "LIMIT_EXEMPT",
        "10.0.0.0/8,all",
        "LIMIT_EXEMPT must be addresses or networks, as 10.0.0.0/8, with commas between; it is '10.0.0.0/8,all'.")]
    [InlineData("OPERATOR_KEY", "short", "OPERATOR_KEY must be at least 16 characters long.")]
    public async Task AppHost_OneMistake_IsOneSentence(string name, string value, string sentence)
    {
        await using var appHost = AppHostProcess.Start((name, value));

        Assert.Equal((1, "", $"error: {sentence}\n"), await appHost.EndAsync());
    }

    [Fact]
    public async Task AppHost_SeveralMistakes_AreSaidTogether()
    {
        await using var appHost = AppHostProcess.StartWith("--EDGE_PROT=1", "--EDGE=foo", "--COPIES", "some");

        var (exitCode, _, errors) = await appHost.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Equal(
            [
                "error: There is no setting EDGE_PROT; did you mean EDGE_PORT? (--help lists them).",
                "error: COPIES must be all, or a number from 1 to 1000; it is 'some'.",
                "error: EDGE must be process or container; it is 'foo'.",
            ],
            errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task AppHost_PortInUse_IsSaidSo()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var appHost = AppHostProcess.StartWith(
            $"--REPLICA_PORT_1={port}", $"--ORIGIN_PORT={ServiceProcess.FreePort()}", $"--REPLICA_PORT_2={ServiceProcess.FreePort()}",
            $"--CONTROLLER_PORT={ServiceProcess.FreePort()}", $"--EDGE_PORT={ServiceProcess.FreePort()}");

        Assert.Equal(
            (1, "", $"error: REPLICA_PORT_1: port {port} is in use by another program: stop that, or choose another port.\n"), await appHost.EndAsync());
    }

    [Fact]
    public async Task AppHost_WhatThisUserMayNot_IsSaidSo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "becomes another user, which only root can");
        using var secret = new TemporaryFolder();
        await Shell.OutputAsync($"chmod 700 {secret.Path}");
        await using var appHost = AppHostProcess.StartAsNobody(
            ("VIDEO_DIR", secret.Path), ("EDGE_PORT", "81"), ("EDGE_CERT", ""), ("EDGE_KEY", ""), ("DcpPublisher__RandomizePorts", "true"));

        var (exitCode, _, errors) = await appHost.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Equal(
            [
                $"error: VIDEO_DIR '{secret.Path}' cannot be read: Access to the path '{secret.Path}' is denied.",
                "error: EDGE_PORT: port 81 may not be listened on by this user: take one from 1024 on, or be allowed to (root, or CAP_NET_BIND_SERVICE).",
            ],
            errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task AppHost_CertificateAndKeyOfDifferentPairs_IsOneSentence()
    {
        using var files = new TemporaryFolder();
        var (one, two) = (SelfSigned.Write(files, "one"), SelfSigned.Write(files, "two"));
        await using var appHost = AppHostProcess.Start(("EDGE_CERT", one.CertificateFile), ("EDGE_KEY", two.KeyFile));

        var (exitCode, _, errors) = await appHost.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"error: The certificate {one.CertificateFile} cannot be used with the key {two.KeyFile}: ", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task AppHost_DataDirOfARunningCdn_IsLeftAlone()
    {
        // As another AppHost does it.
        using var data = new TemporaryFolder();
        await using var claim = new FileStream(data.Of(".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        await using var second = AppHostProcess.Start(("DATA_DIR", data.Path));

        var (exitCode, _, errors) = await second.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"error: DATA_DIR {data.Path} cannot be used (does another CDN run on it?): ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_NamesEverySetting()
    {
        await using var appHost = AppHostProcess.StartWith("--help");

        var (exitCode, output, errors) = await appHost.EndAsync();

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("  EDGE_PORT ", output, StringComparison.Ordinal);
        Assert.Contains("  CAPACITY ", output, StringComparison.Ordinal);
    }
}
