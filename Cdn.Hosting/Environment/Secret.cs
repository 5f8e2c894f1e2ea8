namespace Cdn.Hosting;

/// <summary>What must not be shown.</summary>
internal static class Secret
{
    /// <summary>What is shown instead.</summary>
    public const string Mask = "(secret)";

    /// <summary>Whether a value of an environment or of arguments is a secret parameter, or is made with one.</summary>
    public static bool Is(object value) => value switch
    {
        ParameterResource parameter => parameter.Secret,
        IResourceBuilder<ParameterResource> parameter => parameter.Resource.Secret,
        IValueWithReferences made => made.References.Any(Is),
        _ => false,
    };
}
