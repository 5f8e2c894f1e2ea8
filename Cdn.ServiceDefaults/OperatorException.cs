namespace Cdn.ServiceDefaults;

/// <summary>Something that only the operator can mend. Its message is one sentence that says what, where and how.</summary>
public sealed class OperatorException : Exception
{
    /// <summary>Creates the exception.</summary>
    public OperatorException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with what led to it.</summary>
    public OperatorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception without a message; for serializers only.</summary>
    public OperatorException()
    {
    }
}
