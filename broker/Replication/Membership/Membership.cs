using System.Globalization;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Health;
using RocketMQ.Broker.Replication.Epochs;
using RocketMQ.Broker.Replication.Following;
using RocketMQ.Broker.Replication.Membership.Remoting;
using RocketMQ.Broker.Roles;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replication.Membership;

/// <summary>
/// A broker's life in a set that controllers watch over: takes an id, says where it is and that it lives, hears who is master, and has the broker lead or follow. Of
/// what it hears only a later epoch than the last counts.
/// </summary>
internal sealed class Membership : IHealthCheck, IAsyncDisposable
{
    /// <summary>Until a controller that could not be asked is asked again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(5);

    /// <summary>Longest that a stop waits for another master.</summary>
    private static readonly TimeSpan LongestHandOver = TimeSpan.FromSeconds(3);

    private readonly BrokerOptions _options;
    private readonly BrokerIdentity _identity;
    private readonly ControllerClient _controllers;
    private readonly CurrentRole _role;
    private readonly MasterPlace _master;
    private readonly LogFollowing _following;
    private readonly MessageStore _store;
    private readonly EpochFile _epochs;
    private readonly InSyncSet _set;
    private readonly InSyncKeeper _keeper;
    private readonly SlaveSummons _summons;
    private readonly IMember _member;
    private readonly string _address;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Bell _bell = new();
    private CancellationTokenSource? _stopping;
    private Task _running = Task.CompletedTask;
    private SetState? _current;
    private bool _isJoined;
    private bool _isSeen;
    private (CancellationTokenSource Ends, Task Running)? _keeping;
    private string? _failure = "no controller has been asked yet";

    public Membership(
        BrokerOptions options, BrokerIdentity identity, ControllerClient controllers, CurrentRole role, MasterPlace master, LogFollowing following, MessageStore store,
        EpochFile epochs, InSyncSet set, SlaveSummons summons, IMember member, string address, TimeProvider time, ILogger<Membership> logger)
    {
        _options = options;
        _identity = identity;
        _controllers = controllers;
        _role = role;
        _master = master;
        _following = following;
        _store = store;
        _epochs = epochs;
        _set = set;
        _summons = summons;
        _member = member;
        _address = address;
        _time = time;
        _logger = logger;
        _keeper = new InSyncKeeper(options.Replication, set, controllers, time, logger);
    }

    /// <summary>The epoch of the master that is followed, or that this broker is; 0 before.</summary>
    public int Epoch => Volatile.Read(ref _current)?.MasterEpoch ?? 0;

    /// <summary>This broker's id; null before it has one.</summary>
    public long? Id => _identity.Id;

    public void Start()
    {
        var stopping = _stopping = new CancellationTokenSource();
        _controllers.Watch(_bell.Ring);
        _running = Task.Run(() => RunAsync(stopping.Token));
    }

    public async ValueTask StopAsync()
    {
        if (_stopping is not { } stopping)
        {
            return;
        }

        _stopping = null;
        _controllers.Unwatch();
        await stopping.CancelAsync().ConfigureAwait(false);
        _bell.Ring();
        await _running.ConfigureAwait(false);
        stopping.Dispose();
    }

    public ValueTask DisposeAsync() => StopAsync();

    /// <summary>Has another of the sync-state set elected, if this broker is master and there is one, and waits a moment until that leads.</summary>
    public async Task HandOverAsync()
    {
        if (!_role.IsMaster || _stopping is null || _set.Heir() is not { } heir)
        {
            return;
        }

        // What is sent meanwhile may be here alone: then the new master is not followed, but says where this log would have to be cut.
        var isToBeCut = false;
        void OnCutNeeded(long offset) => Volatile.Write(ref isToBeCut, true);
        _following.CutNeeded += OnCutNeeded;
        try
        {
            using var patience = new CancellationTokenSource(LongestHandOver, _time);
            while (!await _controllers.TryDesignateAsync(heir, patience.Token).ConfigureAwait(false))
            {
                // The controller has not heard the other one yet.
                await Task.Delay(ShortPause, _time, patience.Token).ConfigureAwait(false);
            }

            _bell.Ring();

            // The other one is master when it ships its log.
            while (_role.IsMaster || !(_following.IsConnected || Volatile.Read(ref isToBeCut)))
            {
                await Task.Delay(ShortPause, _time, patience.Token).ConfigureAwait(false);
            }

            Log.HandedOver(_logger, heir);
        }
        catch (Exception e) when (e is RemotingException or RemotingJsonException or HeaderFieldException or OperationCanceledException)
        {
            Log.NotHandedOver(_logger, heir, e.Message);
        }
        finally
        {
            _following.CutNeeded -= OnCutNeeded;
        }
    }

    /// <summary>Somebody says that there is a new master. Who says so may be anybody: the controller is asked.</summary>
    public void Hear(int masterEpoch)
    {
        if (masterEpoch > Epoch)
        {
            _bell.Ring();
        }
    }

    public IEnumerable<HealthFinding> Look()
    {
        var state = Volatile.Read(ref _current);
        var failure = Volatile.Read(ref _failure);
        yield return new HealthFinding("replication.controller", state is not null || failure is null, (state, failure) switch
        {
            (null, _) => $"not a member of its set yet: {failure}",
            ({ } known, null) => string.Create(CultureInfo.InvariantCulture, $"broker {known.MasterId} is master in epoch {known.MasterEpoch}, this is {_identity.Id}"),
            ({ } known, _) => string.Create(CultureInfo.InvariantCulture, $"broker {known.MasterId} is master in epoch {known.MasterEpoch}, as far as is known: {failure}"),
        });
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        var period = TimeSpan.FromMilliseconds(_options.Replication.SyncBrokerMetadataPeriod);
        var beat = TimeSpan.FromMilliseconds(_options.Replication.BrokerHeartbeatInterval);
        await using var beats = _time.CreateTimer(_ => Beat(), null, TimeSpan.Zero, beat).ConfigureAwait(false);
        await using var looks = _time.CreateTimer(_ => _bell.Ring(), null, period, period).ConfigureAwait(false);
        while (!stopping.IsCancellationRequested)
        {
            if (await TryStepAsync(stopping).ConfigureAwait(false))
            {
                await _bell.WaitAsync().ConfigureAwait(false);
            }
            else
            {
                await Task.Delay(Pause, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await StopKeepingAsync().ConfigureAwait(false);
    }

    /// <returns>Whether the set has a master, and this broker does what follows from that.</returns>
    private async Task<bool> TryStepAsync(CancellationToken stopping)
    {
        try
        {
            var state = (_isJoined ? await _controllers.FindAsync(stopping).ConfigureAwait(false) : null) ?? await JoinAsync(stopping).ConfigureAwait(false);
            var isSettled = state is not null && await FollowAsync(state, stopping).ConfigureAwait(false);
            Say(isSettled ? null : "the set has no master");
            return isSettled;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e) when (e is RemotingException or RemotingJsonException or HeaderFieldException or IOException or InvalidOperationException)
        {
            Say(e.Message);
        }
        catch (Exception e)
        {
            Log.BackgroundFailed(_logger, "membership of the set", e);
            Say(e.Message);
        }

        return false;
    }

    /// <summary>Takes an id, where there is none, and says where this broker is.</summary>
    private async Task<SetState?> JoinAsync(CancellationToken cancellationToken)
    {
        if (_identity.Id is null)
        {
            if (_identity.Applied is null)
            {
                _identity.Apply(await _controllers.NextIdAsync(cancellationToken).ConfigureAwait(false), $"{_address};{_time.GetUtcNow().ToUnixTimeMilliseconds()}");
            }

            var (id, code) = _identity.Applied!.Value;
            if (!await _controllers.ApplyAsync(id, code, cancellationToken).ConfigureAwait(false))
            {
                _identity.Forget();
                return null;
            }

            _identity.Take(id);
        }

        var state = await _controllers.RegisterAsync(_identity.Id!.Value, cancellationToken).ConfigureAwait(false);
        if (state is null)
        {
            // It was forgotten there, by an operator or with the controller's files: another id does as well, for what is in the log goes by epochs.
            Log.IdentityForgotten(_logger, _identity.Id.Value);
            _identity.Lose();
        }

        _isJoined = state is not null;
        Beat();
        return state;
    }

    /// <summary>Does what a state of the set asks for.</summary>
    /// <returns>False when nobody is master.</returns>
    private async Task<bool> FollowAsync(SetState state, CancellationToken cancellationToken)
    {
        var id = _identity.Id!.Value;
        if (state.MasterId is null)
        {
            Beat();
            state = await _controllers.ElectAsync(id, cancellationToken).ConfigureAwait(false) ?? state;
        }

        if (state.MasterId is not { } master || state.MasterEpoch < Epoch)
        {
            return state.MasterId is not null;
        }

        var isNew = _current is null || state.MasterEpoch > _current.MasterEpoch || state.MasterId != _current.MasterId || state.MasterAddress != _current.MasterAddress;
        if (master == id)
        {
            if (isNew || !_role.IsMaster)
            {
                await LeadAsync(id, state, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                _set.Adopt(state.InSync, state.InSyncEpoch);
            }
        }
        else if (isNew || _role.IsMaster)
        {
            await StopKeepingAsync().ConfigureAwait(false);
            _set.End();
            await _member.FollowAsync(id, cancellationToken).ConfigureAwait(false);
            _master.Appoint(state.MasterAddress ?? "");
            Volatile.Write(ref _current, state);
            Log.Follows(_logger, master, state.MasterAddress, state.MasterEpoch);
        }

        if (!_isSeen)
        {
            // Under the id that it has by now, and not before.
            _isSeen = true;
            await _member.AppearAsync(cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private async Task LeadAsync(long id, SetState state, CancellationToken cancellationToken)
    {
        if (state.MasterEpoch < _epochs.LastEpoch)
        {
            throw new InvalidOperationException(
                $"the controller makes this broker master in epoch {state.MasterEpoch}, and its log has one of epoch {_epochs.LastEpoch}: the controller has lost its state. "
                + "Elect again (mqadmin electMaster) until its epoch is beyond");
        }

        await StopKeepingAsync().ConfigureAwait(false);
        if (_role.IsMaster)
        {
            // Of the epoch before: an epoch begins where nobody appends.
            _set.End();
            await _member.FollowAsync(id, cancellationToken).ConfigureAwait(false);
        }

        Volatile.Write(ref _current, state);
        var from = 0L;
        await _member.LeadAsync(
            () =>
            {
                _store.DropUnfinished();
                from = _store.MaxPhysicalOffset;
                if (state.MasterEpoch > _epochs.LastEpoch)
                {
                    _epochs.Begin(state.MasterEpoch, from);
                }

                _set.Begin(id, state);
            },
            cancellationToken).ConfigureAwait(false);
        Log.Leads(_logger, state.MasterEpoch, from);
        var ends = new CancellationTokenSource();
        _keeping = (
            ends,
            Task.Run(
                () => Task.WhenAll(_keeper.RunAsync(id, state.MasterEpoch, _bell.Ring, ends.Token), _summons.RunAsync(id, from, ends.Token)), CancellationToken.None));
    }

    private async Task StopKeepingAsync()
    {
        if (_keeping is { } keeping)
        {
            _keeping = null;
            await keeping.Ends.CancelAsync().ConfigureAwait(false);
            await keeping.Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            keeping.Ends.Dispose();
        }
    }

    private void Beat()
    {
        if (_isJoined && _identity.Id is { } id)
        {
            _controllers.SendHeartbeats(id, _epochs.LastEpoch, _store.MaxPhysicalOffset, Math.Min(_set.Confirmed, _store.MaxPhysicalOffset));
        }
    }

    /// <summary>Said once, as long as it stays so.</summary>
    private void Say(string? failure)
    {
        if (failure != _failure)
        {
            Volatile.Write(ref _failure, failure);
            if (failure is not null)
            {
                Log.ControllerNotAsked(_logger, failure);
            }
        }
    }
}
