namespace RocketMQ.Hostile.Tests.Attacks;

/// <summary>Opens connections by the hundred, says nothing on them, and closes them again.</summary>
internal sealed class ConnectionFlood : IAttack
{
    private const int AtOnce = 300;

    public async Task RunAsync(Target target, CancellationToken cancellationToken)
    {
        var open = new Queue<RawConnection>();
        try
        {
            for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
            {
                if (await RawConnection.OpenAsync(i % 3 == 0 ? target.NameServer : target.Broker, cancellationToken) is { } connection)
                {
                    open.Enqueue(connection);
                }

                while (open.Count > AtOnce)
                {
                    open.Dequeue().Dispose();
                }
            }
        }
        finally
        {
            while (open.TryDequeue(out var connection))
            {
                connection.Dispose();
            }
        }
    }
}
