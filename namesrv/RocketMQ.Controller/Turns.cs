namespace RocketMQ.Controller;

/// <summary>One at a time for each name. A name takes room while somebody is at it or waits.</summary>
internal sealed class Turns
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (SemaphoreSlim Gate, int Users)> _gates = new(StringComparer.Ordinal);

    /// <returns>Ends the turn.</returns>
    public async Task<IDisposable> TakeAsync(string name, CancellationToken cancellationToken)
    {
        SemaphoreSlim gate;
        lock (_lock)
        {
            (gate, var users) = _gates.TryGetValue(name, out var there) ? there : (new SemaphoreSlim(1), 0);
            _gates[name] = (gate, users + 1);
        }

        try
        {
            await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new Turn(this, name, gate);
        }
        catch
        {
            Leave(name);
            throw;
        }
    }

    private void Leave(string name)
    {
        lock (_lock)
        {
            var (gate, users) = _gates[name];
            if (users == 1)
            {
                _gates.Remove(name);
                gate.Dispose();
            }
            else
            {
                _gates[name] = (gate, users - 1);
            }
        }
    }

    private sealed class Turn(Turns turns, string name, SemaphoreSlim gate) : IDisposable
    {
        public void Dispose()
        {
            gate.Release();
            turns.Leave(name);
        }
    }
}
