namespace Cdn.Hosting;

/// <summary>
/// An error that the operator can do something about. <see cref="DistributedApplication.Run"/> prints its message, one
/// sentence, and sets exit code 1; <see cref="DistributedApplication.StartAsync"/> throws it.
/// </summary>
public class DistributedApplicationException : Exception
{
    /// <summary>Makes one.</summary>
    public DistributedApplicationException()
    {
    }

    /// <summary>Makes one with a sentence for the operator.</summary>
    public DistributedApplicationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a sentence for the operator and its cause.</summary>
    public DistributedApplicationException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
