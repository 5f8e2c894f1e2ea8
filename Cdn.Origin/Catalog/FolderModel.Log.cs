namespace Cdn.Origin.Catalog;

internal sealed partial class FolderModel
{
    [LoggerMessage(EventId = 100, Level = LogLevel.Warning, Message = "{Path} is not published: {Reason}")]
    private static partial void LogLeftOut(ILogger logger, string path, string reason);

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "More files are not published; GET /api/ignored lists them")]
    private static partial void LogMoreLeftOut(ILogger logger);

    [LoggerMessage(EventId = 102, Level = LogLevel.Error, Message = "{Folder} cannot be scanned, what was known of it stays: {Reason}")]
    private static partial void LogNotListed(ILogger logger, string folder, string reason);

    [LoggerMessage(EventId = 103, Level = LogLevel.Information, Message = "{Folder} can be scanned again")]
    private static partial void LogListedAgain(ILogger logger, string folder);

    [LoggerMessage(EventId = 104, Level = LogLevel.Error,
        Message = "{Folder} is missing: what was mounted there is gone, or something else is in its place; its videos stay published")]
    private static partial void LogMissing(ILogger logger, string folder);

    [LoggerMessage(EventId = 105, Level = LogLevel.Error, Message = "{Folder} does not answer; what was known of it stays")]
    private static partial void LogHangs(ILogger logger, string folder);

    [LoggerMessage(EventId = 106, Level = LogLevel.Warning, Message = "The kernel lost events of VIDEO_DIR; everything is looked at again")]
    private static partial void LogOverflow(ILogger logger);
}
