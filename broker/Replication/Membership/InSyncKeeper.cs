using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Replication.Membership.Remoting;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Replication.Membership;

/// <summary>Has the controller store the sync-state set as it should be, while this broker is master.</summary>
internal sealed class InSyncKeeper
{
    /// <summary>Until a proposal is made again that was not taken.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>After so long without knowing how a proposal ended, this broker has itself elected anew: that ends it.</summary>
    private static readonly TimeSpan LongestDoubt = TimeSpan.FromSeconds(5);

    private readonly ReplicationOptions _options;
    private readonly InSyncSet _set;
    private readonly ControllerClient _controllers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Bell _bell = new();
    private long? _doubtSince;

    public InSyncKeeper(ReplicationOptions options, InSyncSet set, ControllerClient controllers, TimeProvider time, ILogger logger)
    {
        _options = options;
        _set = set;
        _controllers = controllers;
        _time = time;
        _logger = logger;
        set.MayChange += _bell.Ring;
    }

    /// <summary>Keeps it until somebody else is master, or may be.</summary>
    /// <param name="id">This broker.</param>
    /// <param name="masterEpoch">The epoch it is master in.</param>
    /// <param name="deposed">Called when the controller takes no proposals of it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(long id, int masterEpoch, Action deposed, CancellationToken cancellationToken)
    {
        _doubtSince = null;
        await using var timer = _time.CreateTimer(
            _ => _bell.Ring(), null, TimeSpan.FromMilliseconds(_options.CheckSyncStateSetPeriod), TimeSpan.FromMilliseconds(_options.CheckSyncStateSetPeriod)).ConfigureAwait(false);
        await using var ending = cancellationToken.Register(_bell.Ring).ConfigureAwait(false);
        while (!cancellationToken.IsCancellationRequested)
        {
            if (!await TryKeepAsync(id, masterEpoch, deposed, cancellationToken).ConfigureAwait(false))
            {
                await Task.Delay(Pause, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            await _bell.WaitAsync().ConfigureAwait(false);
        }
    }

    /// <returns>False when it is to be tried again soon.</returns>
    private async Task<bool> TryKeepAsync(long id, int masterEpoch, Action deposed, CancellationToken cancellationToken)
    {
        var proposal = _set.Propose();
        if (proposal is null && _doubtSince is null)
        {
            // Who is counted and not proposed yet rings when it has what it must have.
            return true;
        }

        try
        {
            if (proposal is { } wanted && await _controllers.ProposeAsync(id, masterEpoch, wanted.Members, wanted.FromEpoch, cancellationToken).ConfigureAwait(false) is { } epoch)
            {
                _doubtSince = null;
                _set.Adopt(wanted.Members, epoch);
                Log.InSyncSetStored(_logger, string.Join(", ", wanted.Members), epoch);
                return true;
            }

            return await AskAsync(id, masterEpoch, deposed, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RemotingException or RemotingJsonException or HeaderFieldException)
        {
            // It may have been stored, or be stored yet: whoever is in either set counts until a later one is seen.
            _doubtSince ??= _time.GetTimestamp();
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>A proposal was refused, or nobody knows how it ended: what is stored says more.</summary>
    private async Task<bool> AskAsync(long id, int masterEpoch, Action deposed, CancellationToken cancellationToken)
    {
        var before = _set.Stored.Epoch;
        if (await _controllers.FindAsync(cancellationToken).ConfigureAwait(false) is not { } state || state.MasterEpoch > masterEpoch || state.MasterId != id)
        {
            deposed();
            return false;
        }

        _set.Adopt(state.InSync, state.InSyncEpoch);
        if (state.InSyncEpoch > before)
        {
            _doubtSince = null;
        }
        else if (_doubtSince is null)
        {
            _set.Withdraw();
        }
        else if (_time.GetElapsedTime(_doubtSince.Value) > LongestDoubt)
        {
            Log.InSyncSetInDoubt(_logger);
            await _controllers.RegisterAsync(id, cancellationToken).ConfigureAwait(false);
            deposed();
        }

        return false;
    }
}
