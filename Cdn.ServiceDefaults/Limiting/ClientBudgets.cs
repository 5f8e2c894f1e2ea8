namespace Cdn.ServiceDefaults.Limiting;

/// <summary>
/// How often each client may do something: a token bucket each. By the generic cell rate algorithm (ITU-T I.371) one time is
/// all that is kept of a client: when its bucket is full again. Then it is as if it had never come.
/// </summary>
/// <param name="perSecond">Tokens that a client gets back each second; 0 for no limit.</param>
/// <param name="burst">Tokens that a client may take at once, at least 1.</param>
/// <param name="time">The clock.</param>
public sealed class ClientBudgets(double perSecond, int burst, TimeProvider time)
{
    /// <summary>
    /// Most clients that are remembered: 65,536, some 3 MB. Beyond that those whose buckets are full are forgotten, and if half
    /// of them are not, all: many addresses can then do more, none can fill the memory.
    /// </summary>
    public const int MaxClients = 65_536;

    private readonly Lock _gate = new();
    private readonly Dictionary<ClientNetwork, long> _fullAt = [];
    private readonly long _interval = perSecond > 0 ? Math.Max(1, (long)(time.TimestampFrequency / perSecond)) : 0;

    /// <summary>Takes a token.</summary>
    /// <param name="client">Whose.</param>
    /// <param name="wait">If there is none: time until there is.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTake(ClientNetwork client, out TimeSpan wait)
    {
        lock (_gate)
        {
            if (IsEmpty(client, out wait))
            {
                return false;
            }

            Add(client, _interval);
            return true;
        }
    }

    /// <summary>Takes a token, also if there is none: the client then has to wait until it has paid for it.</summary>
    public void Charge(ClientNetwork client)
    {
        lock (_gate)
        {
            Add(client, _interval);
        }
    }

    /// <summary>Whether a client has no token left.</summary>
    /// <param name="client">The client.</param>
    /// <param name="wait">Time until it has one.</param>
    public bool IsEmpty(ClientNetwork client, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (_interval == 0)
        {
            return false;
        }

        lock (_gate)
        {
            var now = time.GetTimestamp();
            var missing = _fullAt.GetValueOrDefault(client, now) - now;
            var tooMany = missing - ((burst - 1) * _interval);
            wait = tooMany > 0 ? time.GetElapsedTime(0, tooMany) : TimeSpan.Zero;
            return tooMany > 0;
        }
    }

    /// <summary>Gives back a token that was taken for nothing.</summary>
    public void GiveBack(ClientNetwork client)
    {
        lock (_gate)
        {
            Add(client, -_interval);
        }
    }

    private void Add(ClientNetwork client, long ticks)
    {
        if (_interval == 0)
        {
            return;
        }

        var now = time.GetTimestamp();
        if (_fullAt.Count >= MaxClients && !_fullAt.ContainsKey(client))
        {
            Forget(now);
        }

        _fullAt[client] = Math.Max(_fullAt.GetValueOrDefault(client, now), now) + ticks;
    }

    private void Forget(long now)
    {
        foreach (var (client, _) in _fullAt.Where(entry => entry.Value <= now).ToList())
        {
            _fullAt.Remove(client);
        }

        if (_fullAt.Count > MaxClients / 2)
        {
            _fullAt.Clear();
        }
    }
}
