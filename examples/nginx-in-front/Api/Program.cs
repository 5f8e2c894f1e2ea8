var app = WebApplication.CreateBuilder(args).Build();

app.MapGet("/time", () => new { utc = DateTimeOffset.UtcNow });

app.Run();
