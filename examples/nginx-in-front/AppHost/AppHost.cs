// Two services behind one nginx: /api/ goes to the one, all else to the other.

var builder = DistributedApplication.CreateBuilder(args);

var api = builder.AddProject<Projects.NginxInFront_Api>("api").WithHttpEndpoint();
var web = builder.AddProject<Projects.NginxInFront_Web>("web").WithHttpEndpoint();

builder.AddNginx("nginx", port: 8080)
    .WithRoute("/api/", api, stripPrefix: true)
    .WithRoute("/", web)
    .RunAsExecutable(onlyIfFound: true)    // a container, where no nginx is installed
    .WaitFor(api)
    .WaitFor(web);

builder.Build().Run();
