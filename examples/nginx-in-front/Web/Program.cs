var app = WebApplication.CreateBuilder(args).Build();

app.MapGet("/", (HttpRequest request) =>
{
    var asked = $"{request.Headers["X-Forwarded-Proto"]}://{request.Headers["X-Forwarded-Host"]}/";
    return Results.Content($"<p>You asked for {asked}. The time is at <a href='/api/time'>/api/time</a>.</p>", "text/html");
});

app.Run();
