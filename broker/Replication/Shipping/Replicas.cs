using System.Runtime.CompilerServices;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Sending;
using RocketMQ.Remoting;
using RocketMQ.Store;
using RocketMQ.Store.Log;

namespace RocketMQ.Broker.Replication.Shipping;

/// <summary>
/// Whom what is stored waits for beside this broker's own disk: with SYNC_MASTER as many of the set as inSyncReplicas says. What has been acknowledged
/// stays so when a slave goes.
/// </summary>
internal sealed class Replicas : IReplicas
{
    private readonly ReplicationOptions _options;
    private readonly MessageStore _store;
    private readonly LogShipping _shipping;
    private readonly OffsetWaiters _waiters;

    public Replicas(ReplicationOptions options, MessageStore store, LogShipping shipping, TimeProvider time)
    {
        _options = options;
        _store = store;
        _shipping = shipping;
        _waiters = new OffsetWaiters(() => options.SlaveTimeout, time, ReplyBatch.Run);
        shipping.Changed += Recount;
    }

    public bool AreWaitedFor => _options.BrokerRole == ConfiguredRole.SyncMaster && _options.InSyncReplicas != 1;

    private bool IsToldAtOnce => _options.InSyncReplicas == 0;

    public Refusal? Refuse()
    {
        if (!_options.EnableAutoInSyncReplicas || !AreWaitedFor)
        {
            return null;
        }

        var there = 1 + _shipping.CountNear(_store.MaxPhysicalOffset);
        return there >= _options.MinInSyncReplicas ? null : new Refusal(
            RefusalKind.SystemError,
            $"in-sync replicas not enough: {there} of this set are there, minInSyncReplicas is {_options.MinInSyncReplicas}. Nothing is stored");
    }

    public ValueTask<StoreOutcome> WaitAsync(long endOffset)
    {
        if (IsToldAtOnce && _shipping.CountNear(endOffset) == 0)
        {
            return new(StoreOutcome.SlaveNotAvailable);
        }

        var wait = _waiters.WaitAsync(endOffset, out var mustWait);
        if (mustWait && _options.EnableAutoInSyncReplicas)
        {
            // As many as there are may have it by now, or be nobody.
            Recount();
        }

        return wait.IsCompletedSuccessfully ? new(Of(wait.Result)) : WaitAsync(wait);
    }

    public void Dispose()
    {
        _shipping.Changed -= Recount;
        _waiters.Close();
        _waiters.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<StoreOutcome> WaitAsync(ValueTask<FlushResult> wait) => Of(await wait.ConfigureAwait(false));

    private static StoreOutcome Of(FlushResult result) => result == FlushResult.Ok ? StoreOutcome.Stored : StoreOutcome.FlushSlaveTimeout;

    /// <summary>Finds up to where as many have the log as are waited for.</summary>
    private void Recount()
    {
        if (!AreWaitedFor)
        {
            return;
        }

        var needed = _options.InSyncReplicas == 0 ? 2 : _options.InSyncReplicas;
        if (_options.EnableAutoInSyncReplicas)
        {
            needed = Math.Max(Math.Min(needed, 1 + _shipping.CountNear(_store.MaxPhysicalOffset)), _options.MinInSyncReplicas);
        }

        if (needed == 1)
        {
            _waiters.Reach(_store.MaxPhysicalOffset);
        }
        else
        {
            _waiters.Reach(_shipping.AcknowledgedBy(needed - 1));
        }
    }
}
