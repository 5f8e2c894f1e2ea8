using Cdn.Contracts;
using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults.SharedKey;

/// <summary>The key that the services of one CDN share. It comes from <c>CDN_KEY</c>, which the AppHost generates.</summary>
internal sealed class SharedKeyOptions
{
    public const string ConfigurationKey = "CDN_KEY";

    public string Key { get; set; } = "";
}

internal sealed class SharedKeyOptionsValidator : IValidateOptions<SharedKeyOptions>
{
    public ValidateOptionsResult Validate(string? name, SharedKeyOptions options) =>
        options.Key.Length >= Limits.MinSharedKeyLength
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"{SharedKeyOptions.ConfigurationKey} must be set to the key that all services of this CDN share, " +
                $"at least {Limits.MinSharedKeyLength} characters long.");
}
