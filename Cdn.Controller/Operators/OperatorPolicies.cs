using Cdn.Controller.Audit;
using Cdn.ServiceDefaults.SharedKey;

namespace Cdn.Controller.Operators;

/// <summary>
/// The operator's API asks for the key of an operator; what changes something, for one whose role is <c>operate</c>.
/// </summary>
internal static class OperatorPolicies
{
    /// <summary>The scheme, and the policy of who may look.</summary>
    public const string Read = "operator";

    /// <summary>The policy of who may change something.</summary>
    public const string Operate = "operator-who-may-change";

    public static void AddOperators(this IServiceCollection services)
    {
        services.AddSingleton<OperatorKeys>();
        services.AddHostedService(provider => provider.GetRequiredService<OperatorKeys>());
        services.AddSingleton<AuditLog>();
        services.AddSingleton<AuditFilter>();
        services.AddBearerKey(Read).Configure<OperatorKeys, AuditFilter>((options, keys, audit) =>
        {
            (options.Keys, options.WhenForbidden) = (() => keys.Keys, audit.Refused);
            options.Refusal = "The operator's API needs an operator's key: Authorization: Bearer <key>.";
            options.Forbidden = $"This key may look, and change nothing: its role is not {OperatorRoles.Operate}.";
        });
        services.AddAuthorizationBuilder().AddPolicy(
            Operate,
            policy => policy.AddAuthenticationSchemes(Read).RequireAuthenticatedUser().RequireRole(OperatorRoles.Operate));
    }
}
