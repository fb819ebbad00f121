using Google.Protobuf;
using Microsoft.Extensions.Logging;
using RocketMQ.Controller.Etcd.Wire;
using RocketMQ.Controller.Sets;
using RocketMQ.Controller.Storage;
using RocketMQ.Protocol.Names;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Controller.Etcd;

/// <summary>
/// The store of several controllers: a key for each set, and one for who leads, which is gone with its lease. Whatever is read or written of a set is a
/// transaction that also asks whether the leader's key is as this controller made it: a term. After a change whose end nobody knows a new term begins, so that
/// the change is made before or never. No clock is trusted for that; it decides alone when a leader that hears nothing from etcd says that it leads no longer.
/// </summary>
public sealed class EtcdControllerStore : IControllerStore
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(300);

    private readonly EtcdOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<EtcdControllerStore> _logger;
    private readonly EtcdClient _client;
    private readonly EtcdKeys _keys;
    private readonly SeenSets _seen = new();
    private readonly Leadership _self;
    private readonly ByteString _selfValue;
    private readonly SemaphoreSlim _termChange = new(1);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Wakes who waits for the leader's key to be gone.</summary>
    private readonly SemaphoreSlim _leaderGone = new(0);
    private volatile Leadership _leadership = Leadership.Unknown;
    private Task _running = Task.CompletedTask;
    private long _lease;
    private long _term;

    /// <summary>When etcd was asked that then said the lease is there.</summary>
    private long _aliveSince;
    private volatile bool _isTermInDoubt;
    private volatile bool _isTroubled;

    /// <param name="options">How etcd is reached.</param>
    /// <param name="group">Of the controllers that belong together.</param>
    /// <param name="selfId">Which of them this one is.</param>
    /// <param name="selfAddress">Where brokers reach it.</param>
    /// <param name="time">The clock of leases and tries.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <exception cref="ConfigurationException">An option can't be used.</exception>
    public EtcdControllerStore(EtcdOptions options, string group, string selfId, string selfAddress, TimeProvider time, ILoggerFactory loggers)
    {
        if (options.EtcdLeaseSeconds is < 1 or > 60 || options.EtcdRequestTimeoutMillis is < 50 or > 60_000)
        {
            throw new ConfigurationException("etcdLeaseSeconds is not between 1 and 60, or etcdRequestTimeoutMillis is not between 50 and 60000.");
        }

        _options = options;
        _time = time;
        _logger = loggers.CreateLogger<EtcdControllerStore>();
        _client = new EtcdClient(options);
        _keys = new EtcdKeys(options.EtcdKeyPrefix, group);
        _self = new Leadership(true, selfId, selfAddress);
        _selfValue = ByteString.CopyFromUtf8($"{selfId} {selfAddress}");
    }

    public Leadership Leadership => _leadership;

    public event Action? LeadershipChanged;

    public IReadOnlyCollection<BrokerSet> Seen => _seen.All;

    /// <summary>An etcd that is away does not keep a controller from starting: it leads, or says who does, once etcd is there.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(Task.Run(FollowAsync, cancellationToken), Task.Run(CampaignAsync, cancellationToken));
        return Task.CompletedTask;
    }

    public async Task StopAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _client.Dispose();
        _stopping.Dispose();
        _termChange.Dispose();
        _leaderGone.Dispose();
    }

    public BrokerSet? FindSeen(string name) => _seen.Find(name);

    public ValueTask<StoreAnswer> ReadAsync(string name, CancellationToken cancellationToken) => InTermAsync(
        async term =>
        {
            var request = new TxnRequest { Compare = { EtcdKeys.IsAt(_keys.Leader, term) }, Success = { EtcdKeys.Get(_keys.Set(name)) } };
            var answer = await _client.TxnAsync(request, cancellationToken).ConfigureAwait(false);
            if (!answer.Succeeded)
            {
                return null;
            }

            var found = Single(answer, 0);
            var set = found is null ? null : Parse(name, found);
            _seen.See(name, set, found?.ModRevision ?? answer.Header.Revision);
            return new StoreAnswer(StoreStatus.Done, set, found?.ModRevision ?? 0);
        },
        cancellationToken);

    public ValueTask<StoreAnswer> WriteAsync(string name, BrokerSet? set, long version, CancellationToken cancellationToken) => InTermAsync(
        async term =>
        {
            var key = _keys.Set(name);
            var request = new TxnRequest
            {
                Compare = { EtcdKeys.IsAt(_keys.Leader, term), EtcdKeys.IsAt(key, version) },
                Success = { set is null ? EtcdKeys.Delete(key) : EtcdKeys.Put(key, ByteString.CopyFrom(BrokerSetText.Write(set))) },
                Failure = { EtcdKeys.Get(_keys.Leader) },
            };

            TxnResponse answer;
            try
            {
                // Whoever asked may have gone meanwhile: how this ends is to be known all the same.
                answer = await _client.TxnAsync(request, _stopping.Token).ConfigureAwait(false);
            }
            catch
            {
                _isTermInDoubt = true;
                throw;
            }

            if (answer.Succeeded)
            {
                _seen.See(name, set, answer.Header.Revision);
                return new StoreAnswer(StoreStatus.Done, set, set is null ? 0 : answer.Header.Revision);
            }

            return Single(answer, 0)?.ModRevision == term ? new StoreAnswer(StoreStatus.Changed) : null;
        },
        cancellationToken);

    /// <summary>Asks something in this controller's term; null is the answer that it is over.</summary>
    private async ValueTask<StoreAnswer> InTermAsync(Func<long, Task<StoreAnswer?>> ask, CancellationToken cancellationToken)
    {
        try
        {
            for (var tries = 0; tries < 3 && _leadership.IsSelf; tries++)
            {
                if (_isTermInDoubt && !await BeginTermAsync(cancellationToken).ConfigureAwait(false))
                {
                    break;
                }

                var term = Volatile.Read(ref _term);
                if (await ask(term).ConfigureAwait(false) is { } answer)
                {
                    return answer;
                }

                // It is over. Whether another leads is what beginning a new one finds out.
                if (term == Volatile.Read(ref _term))
                {
                    _isTermInDoubt = true;
                }
            }

            return new StoreAnswer(StoreStatus.NotLeader);
        }
        catch (EtcdException e)
        {
            return new StoreAnswer(StoreStatus.Failed, Reason: e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new StoreAnswer(StoreStatus.Failed, Reason: "the controller stops");
        }
    }

    /// <summary>Makes the leader's key anew, if it is still of this controller's lease: what named it as it was can't be done any more.</summary>
    private async Task<bool> BeginTermAsync(CancellationToken cancellationToken)
    {
        await _termChange.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isTermInDoubt)
            {
                return true;
            }

            var lease = Volatile.Read(ref _lease);
            var request = new TxnRequest
            {
                Compare = { new Compare { Key = _keys.Leader, Target = Compare.Types.CompareTarget.Lease, Result = Compare.Types.CompareResult.Equal, Lease = lease } },
                Success = { EtcdKeys.Put(_keys.Leader, _selfValue, lease) },
            };
            var answer = lease == 0 ? null : await _client.TxnAsync(request, _stopping.Token).ConfigureAwait(false);
            if (answer is not { Succeeded: true })
            {
                StepDown("another controller leads");
                return false;
            }

            Log.NewTerm(_logger);
            Volatile.Write(ref _term, answer.Header.Revision);
            _isTermInDoubt = false;
            return true;
        }
        finally
        {
            _termChange.Release();
        }
    }

    private async Task CampaignAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (await TryLeadAsync().ConfigureAwait(false))
                {
                    await KeepLeadAsync().ConfigureAwait(false);
                }
                else
                {
                    await _leaderGone.WaitAsync(RetryInterval, _stopping.Token).ConfigureAwait(false);
                }
            }
            catch (EtcdException e)
            {
                Trouble(e.Message);
                await PauseAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                // It ends.
            }
        }

        await LeaveLeadAsync().ConfigureAwait(false);
    }

    private async Task<bool> TryLeadAsync()
    {
        var there = await _client.RangeAsync(new RangeRequest { Key = _keys.Leader }, _stopping.Token).ConfigureAwait(false);
        Recover();
        if (there.Kvs.Count > 0)
        {
            var own = Volatile.Read(ref _lease);
            if (there.Kvs[0].Lease == own && own != 0)
            {
                // Of the lead it has given up: nobody need wait for that.
                await _client.RevokeAsync(own, _stopping.Token).ConfigureAwait(false);
            }

            Follow(there.Kvs[0]);
            return false;
        }

        var granted = _time.GetTimestamp();
        var lease = await _client.GrantAsync(_options.EtcdLeaseSeconds, _stopping.Token).ConfigureAwait(false);
        Volatile.Write(ref _lease, lease);
        var request = new TxnRequest
        {
            Compare = { EtcdKeys.IsAt(_keys.Leader, 0) },
            Success = { EtcdKeys.Put(_keys.Leader, _selfValue, lease) },
            Failure = { EtcdKeys.Get(_keys.Leader) },
        };
        var answer = await _client.TxnAsync(request, _stopping.Token).ConfigureAwait(false);
        if (!answer.Succeeded)
        {
            await _client.RevokeAsync(lease, _stopping.Token).ConfigureAwait(false);
            return false;
        }

        // The sets as they are at the beginning of the term, not as news of them may come.
        await SeeAllAsync().ConfigureAwait(false);
        Volatile.Write(ref _term, answer.Header.Revision);
        _isTermInDoubt = false;
        _aliveSince = granted;
        Announce(_self);
        return true;
    }

    /// <summary>Until the lease is gone, or was not heard to be there for as long as it lives.</summary>
    private async Task KeepLeadAsync()
    {
        var time = TimeSpan.FromSeconds(_options.EtcdLeaseSeconds);
        while (_leadership.IsSelf)
        {
            await Task.Delay(time / 3, _time, _stopping.Token).ConfigureAwait(false);
            var asked = _time.GetTimestamp();
            try
            {
                var left = time - _time.GetElapsedTime(_aliveSince, asked);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
                patience.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
                if (!await _client.KeepAliveAsync(Volatile.Read(ref _lease), patience.Token).ConfigureAwait(false))
                {
                    StepDown("its lease is over");
                    return;
                }

                _aliveSince = asked;
                Recover();
            }
            catch (Exception e) when (e is EtcdException or OperationCanceledException && !_stopping.IsCancellationRequested)
            {
                Trouble(e is EtcdException ? e.Message : "etcd does not answer in time");
                if (_time.GetElapsedTime(_aliveSince) >= time)
                {
                    StepDown("etcd was not heard for the time of its lease");
                    return;
                }
            }
        }
    }

    /// <summary>A planned stop makes room at once.</summary>
    private async Task LeaveLeadAsync()
    {
        if (!_leadership.IsSelf)
        {
            return;
        }

        Announce(Leadership.Unknown);
        try
        {
            await _client.RevokeAsync(Volatile.Read(ref _lease), default).ConfigureAwait(false);
        }
        catch (EtcdException e)
        {
            Trouble(e.Message);
        }
    }

    /// <summary>Follows news of the keys; where they were missed, all are read again.</summary>
    private async Task FollowAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var revision = await SeeAllAsync().ConfigureAwait(false);
                Recover();
                await _client.WatchAsync(
                    new WatchCreateRequest { Key = _keys.Root, RangeEnd = _keys.End, StartRevision = revision + 1 }, See, _stopping.Token).ConfigureAwait(false);
                await PauseAsync().ConfigureAwait(false);
            }
            catch (EtcdException e)
            {
                Trouble(e.Message);
                await PauseAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                // It ends.
            }
        }
    }

    private async Task<long> SeeAllAsync()
    {
        var all = await _client.RangeAsync(new RangeRequest { Key = _keys.Root, RangeEnd = _keys.End }, _stopping.Token).ConfigureAwait(false);
        var there = new Dictionary<string, (BrokerSet Set, long Revision)>(StringComparer.Ordinal);
        foreach (var each in all.Kvs)
        {
            if (_keys.SetOf(each.Key) is { } name && TryParse(name, each) is { } set)
            {
                there[name] = (set, each.ModRevision);
            }
        }

        _seen.SeeAll(there, all.Header.Revision);
        return all.Header.Revision;
    }

    private void See(WatchResponse news)
    {
        foreach (var change in news.Events)
        {
            if (_keys.SetOf(change.Kv.Key) is { } name)
            {
                _seen.See(name, change.Type == Event.Types.EventType.Put ? TryParse(name, change.Kv) : null, change.Kv.ModRevision);
            }
            else if (change.Kv.Key == _keys.Leader && change.Type == Event.Types.EventType.Delete)
            {
                _leaderGone.Release();
            }
        }
    }

    private void Follow(KeyValue leader)
    {
        var words = leader.Value.ToStringUtf8().Split(' ');
        var followed = words.Length == 2 && NameRule.IsLegal(NameKind.Broker, words[0]) && NameRule.IsLegal(NameKind.Address, words[1]) && words[0] != _self.Id
            ? new Leadership(false, words[0], words[1])
            : Leadership.Unknown;
        if (followed != _leadership)
        {
            Announce(followed);
        }
    }

    private void StepDown(string reason)
    {
        if (_leadership.IsSelf)
        {
            Log.LeadLost(_logger, reason);
            Announce(Leadership.Unknown);
        }
    }

    private void Announce(Leadership leadership)
    {
        _leadership = leadership;
        LeadershipChanged?.Invoke();
    }

    private Task PauseAsync() => Task.Delay(RetryInterval, _time, _stopping.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private void Trouble(string reason)
    {
        if (!_isTroubled)
        {
            _isTroubled = true;
            Log.Troubled(_logger, reason);
        }
    }

    private void Recover()
    {
        if (_isTroubled)
        {
            _isTroubled = false;
            Log.Recovered(_logger);
        }
    }

    private BrokerSet Parse(string name, KeyValue found)
    {
        try
        {
            var set = BrokerSetText.Read(found.Value.Memory);
            return set.Name == name ? set : throw new FormatException($"it is the set {PlainText.Of(set.Name)}");
        }
        catch (FormatException e)
        {
            throw new EtcdException($"etcd's key {_keys.Set(name).ToStringUtf8()} holds what is no broker set: {e.Message}", e);
        }
    }

    private BrokerSet? TryParse(string name, KeyValue found)
    {
        try
        {
            return Parse(name, found);
        }
        catch (EtcdException e)
        {
            Log.Nonsense(_logger, PlainText.Of(name), e.Message);
            return null;
        }
    }

    private static KeyValue? Single(TxnResponse answer, int at) => answer.Responses.Count > at && answer.Responses[at].ResponseRange is { Kvs: [var found] } ? found : null;
}
