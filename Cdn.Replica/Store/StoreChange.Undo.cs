using Cdn.Contracts;
using Cdn.Replica.State;

namespace Cdn.Replica.Store;

/// <content>Taking back, and what is left for later.</content>
internal sealed partial class StoreChange
{
    private readonly Stack<Action> _undo = new();
    private readonly List<Action> _after = [];

    /// <summary>How far a change is.</summary>
    internal readonly record struct Point(int Undo, int After, int Operations, int Unsynced, PurgeHistory Purges, PurgeMark? Mark);

    /// <summary>How far it is, for <see cref="UndoTo"/>.</summary>
    public Point Now => new(_undo.Count, _after.Count, Operations.Count, Unsynced.Count, Purges, Mark);

    /// <summary>Has something undone, in the reverse order, if this is not published.</summary>
    public void OnUndo(Action action) => _undo.Push(action);

    /// <summary>Has something done when this is published.</summary>
    public void Afterwards(Action action) => _after.Add(action);

    /// <summary>Undoes what came after a point.</summary>
    /// <param name="point">The point.</param>
    /// <param name="tolerate">Runs an action whose failure stops nothing.</param>
    public void UndoTo(Point point, Action<Action> tolerate)
    {
        while (_undo.Count > point.Undo)
        {
            tolerate(_undo.Pop());
        }

        _after.RemoveRange(point.After, _after.Count - point.After);
        Operations.RemoveRange(point.Operations, Operations.Count - point.Operations);
        Unsynced.RemoveRange(point.Unsynced, Unsynced.Count - point.Unsynced);
        (Purges, Mark) = (point.Purges, point.Mark);
    }

    /// <summary>Does what was left for afterwards.</summary>
    public void Finish(Action<Action> tolerate)
    {
        foreach (var action in _after)
        {
            tolerate(action);
        }
    }
}
