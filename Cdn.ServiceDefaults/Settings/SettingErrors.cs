using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults.Settings;

/// <summary>Collects everything that is wrong with the settings of a service, so that an operator mends it in one go.</summary>
public sealed class SettingErrors
{
    private readonly List<string> _errors = [];

    /// <summary>Adds a sentence if a condition does not hold.</summary>
    public void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            _errors.Add(otherwise);
        }
    }

    /// <summary>Adds a sentence if a number is not within its limits; they belong to them.</summary>
    public void RequireRange(string key, double value, double least, double most) =>
        Require(value >= least && value <= most, $"{key} must be from {least} to {most}; it is {value}.");

    /// <summary>What an options validator returns.</summary>
    public ValidateOptionsResult ToResult() =>
        _errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_errors);
}
