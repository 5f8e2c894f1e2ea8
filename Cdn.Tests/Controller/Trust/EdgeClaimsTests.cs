using System.Net;
using Cdn.Contracts;
using Cdn.Controller;
using Cdn.Controller.Trust;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cdn.Tests.Controller.Trust;

public class EdgeClaimsTests
{
    private const string Secret = "a-secret-for-tests-0123";

    [Theory]
    [InlineData(Secret, Secret, true)]
    [InlineData(Secret, "another-secret-0123456", false)]
    [InlineData(Secret, "", false)]
    [InlineData("", "", false)]
    [InlineData("", Secret, false)]
    public void Claim_IsBelievedWithTheSecretAlone(string secret, string said, bool isBelieved)
    {
        var claims = new EdgeClaims(Options.Create(new ControllerOptions { EdgeSecret = secret }));
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        context.Request.Headers[CdnHeaders.Edge] = said;
        context.Request.Headers[CdnHeaders.FailedReplica] = "replica1";
        context.Request.Headers[CdnHeaders.Client] = "192.0.2.1";

        Assert.Equal(isBelieved ? "replica1" : "", claims.FailedReplica(context));
        Assert.Equal(isBelieved ? "192.0.2.1" : "127.0.0.1", claims.Client(context));
    }
}
