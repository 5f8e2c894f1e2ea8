var app = WebApplication.CreateBuilder(args).Build();

app.MapGet("/", (HttpRequest request) => Results.Content(
    $"<p>You asked for {request.Headers["X-Forwarded-Proto"]}://{request.Headers["X-Forwarded-Host"]}/. The time is at <a href='/api/time'>/api/time</a>.</p>",
    "text/html"));

app.Run();
