namespace Cdn.Hosting;

/// <summary>The graph of who waits for whom.</summary>
internal static class StartOrder
{
    /// <summary>Checks that the waiting ends somewhere.</summary>
    /// <exception cref="DistributedApplicationException">Resources wait for each other, or for one that was never added.</exception>
    public static void Check(DistributedApplicationModel model)
    {
        var done = new HashSet<IResource>();
        var path = new List<IResource>();
        foreach (var resource in model.Resources)
        {
            Visit(resource);
        }

        void Visit(IResource resource)
        {
            if (path.Contains(resource))
            {
                var circle = path.Skip(path.IndexOf(resource)).Append(resource).Select(r => r.Name);
                throw new DistributedApplicationException($"Resources wait for each other in a circle: {string.Join(" → ", circle)}.");
            }

            if (!done.Add(resource))
            {
                return;
            }

            path.Add(resource);
            foreach (var wait in resource.Waits())
            {
                if (!model.Resources.Contains(wait.Resource))
                {
                    throw new DistributedApplicationException(
                        $"{resource.Name} waits for {wait.Resource.Name}, which is not part of the application.");
                }

                Visit(wait.Resource);
            }

            path.RemoveAt(path.Count - 1);
        }
    }

    /// <summary>Those that wait for a resource, directly: they are stopped before it.</summary>
    public static IEnumerable<IResource> Dependents(DistributedApplicationModel model, IResource resource) =>
        model.Resources.Where(r => r.Waits().Any(w => ReferenceEquals(w.Resource, resource)));
}
