using Cdn.Contracts;

namespace Cdn.Origin.Catalog;

internal sealed partial class CatalogScanner
{
    [LoggerMessage(EventId = 110, Level = LogLevel.Information, Message = "Catalog revision {Revision} has {Count} videos")]
    private static partial void LogPublished(ILogger logger, long revision, int count);

    [LoggerMessage(EventId = 111, Level = LogLevel.Information, Message = "{Name} was removed")]
    private static partial void LogRemoved(ILogger logger, VideoName name);

    [LoggerMessage(EventId = 112, Level = LogLevel.Warning, Message = "{Name} cannot be read: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, VideoName name, string reason);

    [LoggerMessage(EventId = 113, Level = LogLevel.Warning, Message = "The state could not be written: {Reason}")]
    private static partial void LogNotRemembered(ILogger logger, string reason);
}
