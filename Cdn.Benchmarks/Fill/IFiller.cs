namespace Cdn.Benchmarks.Fill;

/// <summary>A way to get files to two places.</summary>
internal interface IFiller
{
    string Name { get; }

    /// <summary>Fills, measures, and removes what it has filled.</summary>
    /// <param name="source">A folder with the files, on the file system of the targets. It may be taken away.</param>
    Task<FillMeasurement> FillAsync(FillCase @case, string source, CancellationToken cancellationToken);
}
