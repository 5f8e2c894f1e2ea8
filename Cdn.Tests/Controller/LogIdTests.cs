using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Cdn.Tests.Controller;

/// <summary>Somebody who looks for a message by its id finds one.</summary>
public sealed class LogIdTests
{
    [Theory]
    [InlineData("Cdn.Controller")]
    [InlineData("Cdn.Origin")]
    [InlineData("Cdn.Replica")]
    public void Messages_OfAService_HaveIdsOfTheirOwn(string service)
    {
        var twice = Assembly.Load(service).GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Select(method => (method.Name, Id: method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId))
            .Where(message => message.Id is not null)
            .GroupBy(message => message.Id)
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(", ", group.Select(message => message.Name))}");

        Assert.Empty(twice);
    }
}
