using RocketMQ.Broker.Replication.Epochs;
using RocketMQ.Broker.Replication.Membership;
using RocketMQ.Broker.Roles;
using RocketMQ.Store;

namespace RocketMQ.Broker;

/// <summary>What a broker does as a member of a set that a controller watches over.</summary>
public sealed partial class BrokerServer
{
    /// <summary>Until a broker that could not begin anew tries again.</summary>
    private static readonly TimeSpan ReopenPause = TimeSpan.FromSeconds(5);

    /// <summary>A master that stops has another one elected first: who sends is turned away for a moment, not until it is missed.</summary>
    private Task HandOverAsync() => _hasStarted && _features?.Membership is { } membership ? membership.HandOverAsync() : Task.CompletedTask;

    /// <summary>Ends the log where the set's does. All that was made of it is made anew: this broker stops, but for its process, and starts.</summary>
    private async Task CutAsync(long offset)
    {
        var isCut = false;
        while (_stopped is null)
        {
            await _turn.WaitAsync().ConfigureAwait(false);
            try
            {
                if (_stopped is not null || Role.IsMaster)
                {
                    return;
                }

                if (!isCut)
                {
                    var at = await Task.Run(() => Features.Store.RecordStartAtOrBefore(offset)).ConfigureAwait(false);
                    await _plan.StopAsync().ConfigureAwait(false);
                    Log.LogCut(_logger, at);
                    await Task.Run(() => Cut(at)).ConfigureAwait(false);
                    isCut = true;
                }

                _plan = new BrokerPlan(_time, _logger);
                await StartPartsAsync(CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (Exception e)
            {
                Log.ReopenFailed(_logger, ReopenPause.TotalSeconds, e);
                await _plan.StopAsync().ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }

            await Task.Delay(ReopenPause, _time).ConfigureAwait(false);
        }
    }

    /// <summary>The log first: of epochs that begin where it has ended by then, the next join makes nothing.</summary>
    private void Cut(long offset)
    {
        MessageStore.Cut(_storeOptions, offset, _surroundings.Files, _time, _loggers);
        EpochFile.Open(_options.Replication, _storeOptions.StorePathRootDir, _surroundings.Files, _logger).CutAt(offset);
    }

    private sealed class Member(BrokerServer server) : IMember
    {
        public Task LeadAsync(Action begin, CancellationToken cancellationToken) => server.ChangeRoleAsync(BrokerRole.Master, begin, cancellationToken);

        public Task FollowAsync(long brokerId, CancellationToken cancellationToken) =>
            server.ChangeRoleAsync(BrokerRole.Slave(brokerId), static () => { }, cancellationToken);

        public Task AppearAsync(CancellationToken cancellationToken) => server.Features.Registration.StartAsync(cancellationToken);

        public void Cut(long offset) => _ = Task.Run(() => server.CutAsync(offset));
    }
}
