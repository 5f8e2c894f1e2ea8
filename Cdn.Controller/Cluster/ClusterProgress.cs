namespace Cdn.Controller.Cluster;

/// <summary>How far the filling of all replicas is. A video that belongs on two replicas counts twice.</summary>
/// <param name="VideosProven">Copies that are proven.</param>
/// <param name="VideosAssigned">Copies that the plan asks for.</param>
/// <param name="BytesProven">Bytes of the copies that are proven.</param>
/// <param name="BytesAssigned">Bytes of the copies that the plan asks for.</param>
internal readonly record struct ClusterProgress(long VideosProven, long VideosAssigned, long BytesProven, long BytesAssigned)
{
    /// <summary>The progress of a snapshot; null while it is not known what belongs where.</summary>
    public static ClusterProgress? Of(ClusterSnapshot snapshot)
    {
        if (snapshot.Catalog is not { IsRemembered: false } || !snapshot.IsPlanned)
        {
            return null;
        }

        var progress = default(ClusterProgress);
        for (var i = 0; i < snapshot.Replicas.Length; i++)
        {
            var (proven, planned) = (snapshot.Proven(i), snapshot.Planned(i));
            progress = new(
                progress.VideosProven + proven.Videos, progress.VideosAssigned + planned.Videos,
                progress.BytesProven + proven.Bytes, progress.BytesAssigned + planned.Bytes);
        }

        return progress;
    }
}
