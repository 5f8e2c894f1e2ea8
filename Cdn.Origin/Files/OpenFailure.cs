using System.Runtime.InteropServices;
using Cdn.Storage.Files;

namespace Cdn.Origin.Files;

/// <summary>Why a file or folder was not opened.</summary>
/// <param name="Reason">In words.</param>
/// <param name="IsGone">It is not there.</param>
/// <param name="IsForbidden">It is there, and is none of ours: it never will be readable as it is.</param>
internal readonly record struct OpenFailure(string Reason, bool IsGone = false, bool IsForbidden = false)
{
    private const int NoEntry = 2;
    private const int AccessDenied = 13;

    public static readonly OpenFailure NotRegular = new("it is no regular file (a pipe, a socket or a device)", IsForbidden: true);

    public static readonly OpenFailure Outside = new("it is a link that leads out of VIDEO_DIR, or LINKS=never", IsForbidden: true);

    /// <summary>Of an error of the system.</summary>
    public static OpenFailure Of(int error) =>
        new(Marshal.GetPInvokeErrorMessage(error), IsGone: DiskErrors.IsMissing(error) || DiskErrors.IsNoFolder(error));

    /// <summary>The same where .NET has said it.</summary>
    public static OpenFailure Of(Exception error) => Of(DiskErrors.IsGone(error) ? NoEntry : AccessDenied);
}
