using Aspire.Hosting.Nginx.Configuration;

namespace Cdn.Tests.Nginx.Configuration;

public class UpstreamConfigurationTests
{
    [Fact]
    public void Write_OfOneName_IsOneGroup_AndSocketsAreQuoted() => Assert.Equal(
        """
        upstream api {
            server "unix:/run dir/one.sock" max_fails=0;
            server 127.0.0.1:9002 max_fails=0;
            keepalive 64;
        }

        upstream web {
            server aspire.dev.internal:34567 max_fails=0;
            keepalive 64;
        }


        """,
        UpstreamConfiguration.Write(
            [("api", "unix:/run dir/one.sock"), ("web", "aspire.dev.internal:34567"), ("api", "127.0.0.1:9002")]));
}
