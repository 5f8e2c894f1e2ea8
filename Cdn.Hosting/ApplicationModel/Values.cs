namespace Cdn.Hosting;

/// <summary>A value that is known only when the application runs: a port, a parameter, a text made of both.</summary>
public interface IValueProvider
{
    /// <summary>The value; waits until it is known.</summary>
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);
}

/// <summary>A value that has a name in a manifest, for example <c>{origin.bindings.http.url}</c>.</summary>
public interface IManifestExpressionProvider
{
    /// <summary>The value's name in braces.</summary>
    string ValueExpression { get; }
}

/// <summary>A value that may stand in an environment variable or an argument.</summary>
public interface IExpressionValue : IValueProvider, IManifestExpressionProvider;

/// <summary>A value that is made from other values or resources.</summary>
public interface IValueWithReferences
{
    /// <summary>What it is made from.</summary>
    IEnumerable<object> References { get; }
}
