using Cdn.ServiceDefaults.SharedKey;

namespace Cdn.Controller.Api;

/// <summary>The operator's API asks for <c>OPERATOR_KEY</c>. Without one the API is not there.</summary>
internal static class OperatorKey
{
    /// <summary>The scheme, and the policy that asks for it.</summary>
    public const string Policy = "operator";

    public static void AddOperatorKey(this IServiceCollection services) =>
        services.AddBearerKey<ControllerOptions>(Policy, (options, settings) =>
            (options.Key, options.Refusal) = (settings.OperatorKey, "The operator's API needs the operator's key: Authorization: Bearer <key>."));
}
