namespace Cdn.Controller.Audit;

/// <summary>What of a request's or an answer's body belongs in the record of changes.</summary>
internal interface IAudited
{
    /// <summary>A few words, and never a secret.</summary>
    string Describe();
}
