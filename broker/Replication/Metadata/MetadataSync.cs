using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Replication.Metadata.Remoting;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replication.Metadata;

/// <summary>
/// What a slave has beside the log: topics, groups, offsets and the like, asked for at its master every so often. A master that is away, slow or answers
/// nonsense takes nothing from it; what it has stays until there is better.
/// </summary>
internal sealed class MetadataSync : IAsyncDisposable
{
    /// <summary>With a master of ours: how old a group's offset may be when the slave takes over. It costs next to nothing while nothing changes.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>With a master of Apache's, which writes its tables out each time: as often as Apache's slaves ask.</summary>
    public static readonly TimeSpan ApachePeriod = TimeSpan.FromSeconds(10);

    /// <summary>With a master of Apache's: how often timers are asked for, and who has failed is tried again.</summary>
    public static readonly TimeSpan ApacheTimerPeriod = TimeSpan.FromSeconds(3);

    /// <summary>How long the log may stand still before what the master has said is asked for again.</summary>
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LogLook = TimeSpan.FromMilliseconds(20);

    private static readonly Task<string?> Nothing = Task.FromResult<string?>(null);

    private readonly BrokerOptions _options;
    private readonly MasterPlace _place;
    private readonly string _ownAddress;
    private readonly MasterClient _client;
    private readonly TableFollower _tables;
    private readonly PositionFollower _positions;
    private readonly MessageStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private string? _followed;
    private bool _tellsChanges;
    private long? _allAt;

    /// <summary>Positions that were answered wait for the log; meanwhile no others are asked for.</summary>
    private Task<string?> _waiting = Nothing;

    /// <summary>Why those before them were not taken.</summary>
    private volatile string? _late;
    private MetadataState _state = MetadataState.None;

    public MetadataSync(
        BrokerOptions options, MasterPlace place, string ownAddress, MasterClient client, TableFollower tables, PositionFollower positions, MessageStore store,
        TimeProvider time, ILogger<MetadataSync> logger)
    {
        _options = options;
        _place = place;
        _ownAddress = ownAddress;
        _client = client;
        _tables = tables;
        _positions = positions;
        _store = store;
        _time = time;
        _logger = logger;
    }

    /// <summary>How it stands. Any thread.</summary>
    public MetadataState State => Volatile.Read(ref _state);

    /// <summary>Begins, again after each stop, as if nothing were known of the master.</summary>
    public void Start()
    {
        _stopping.Dispose();
        _stopping = new CancellationTokenSource();
        _followed = null;
        _waiting = Nothing;
        _state = MetadataState.None;
        _place.Changed += OnPlaceChanged;
        _running = Task.Run(() => RunAsync(_stopping.Token));
    }

    /// <summary>Ends it: nothing of the master's is taken any more.</summary>
    public async ValueTask StopAsync()
    {
        _place.Changed -= OnPlaceChanged;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await ((Task)_waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private void OnPlaceChanged() => _news.Writer.TryWrite(true);

    private async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            if (_place.Address is { } address && address != _ownAddress)
            {
                await RoundAsync(address, stopping).ConfigureAwait(false);
            }

            using var pause = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            using var period = new CancellationTokenSource(NextPeriod, _time);
            await using var ending = period.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), pause);
            Task news = _news.Reader.WaitToReadAsync(pause.Token).AsTask();
            await news.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _news.Reader.TryRead(out _);
        }
    }

    private TimeSpan NextPeriod => _tellsChanges || _followed is null ? Period : ApacheTimerPeriod;

    private async Task RoundAsync(string address, CancellationToken stopping)
    {
        if (address != _followed)
        {
            await ((Task)_waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _followed = address;
            _waiting = Nothing;
            _late = null;
            _tellsChanges = false;
            _allAt = null;
            _client.Forget();
            _tables.Forget();
            _positions.Forget();
        }

        var isAll = _tellsChanges || _allAt is not { } at || _time.GetElapsedTime(at) >= ApachePeriod;
        var questions = (isAll ? MasterQuestions.All : MasterQuestions.Timers)
            & (_waiting.IsCompleted ? MasterQuestions.All : MasterQuestions.Tables)
            & (isAll || _client.MayHaveTimers ? MasterQuestions.All : MasterQuestions.None);
        if (questions == MasterQuestions.None)
        {
            return;
        }

        try
        {
            var failure = await FollowAsync(address, questions, stopping).ConfigureAwait(false);
            _allAt = failure is null && questions == MasterQuestions.All ? _time.GetTimestamp() : _allAt;
            Tell(address, failure, isPart: !_waiting.IsCompleted);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The role has changed, or the broker stops.
        }
        catch (Exception e) when (e is RemotingException or RemotingJsonException or HeaderFieldException or OperationCanceledException or IOException)
        {
            Tell(address, e.Message);
        }
        catch (Exception e)
        {
            Log.BackgroundFailed(_logger, "following the master's tables", e);
            Tell(address, $"{e.GetType().Name}: {e.Message}");
        }
    }

    /// <returns><see langword="null"/> when what was answered is taken, or waits for the log that is on its way, or why it is not.</returns>
    private async Task<string?> FollowAsync(string address, MasterQuestions questions, CancellationToken stopping)
    {
        var askedAt = _store.MaxPhysicalOffset;
        var theirs = await _client.AskAsync(address, questions, stopping).ConfigureAwait(false);
        if (WhyNot(theirs, askedAt) is { } reason)
        {
            return reason;
        }

        _tellsChanges = theirs.TellsChanges;
        var isWhole = await _tables.FollowAsync(theirs, askedAt).ConfigureAwait(false);
        _client.Took(theirs, MasterQuestions.Tables, exceptTopics: !isWhole);
        if (theirs.HavePositions)
        {
            _waiting = FollowPositionsAsync(address, theirs, stopping);
            await ((Task)_waiting).WaitAsync(Period, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return _waiting.IsCompleted ? await _waiting.ConfigureAwait(false) : _late;
    }

    private async Task<string?> FollowPositionsAsync(string address, MasterTables theirs, CancellationToken stopping)
    {
        if (await WaitForLogAsync(address, theirs.LogEnd, stopping).ConfigureAwait(false) is { } late)
        {
            return _late = late;
        }

        _late = null;
        _positions.Follow(theirs);
        _client.Took(theirs, MasterQuestions.Positions);
        return null;
    }

    /// <summary>What is asked for topics, and is not of this set or not whole, must delete nothing here.</summary>
    private string? WhyNot(MasterTables theirs, long askedAt) =>
        theirs.Topics is { } topics && !topics.TopicConfigTable.ContainsKey(_options.BrokerName)
            ? $"it has no topic {_options.BrokerName}, as each broker of this name has: it is of another set, or its topics are gone"
        : theirs.Groups is { } groups && !groups.SubscriptionGroupTable.Keys.Any(SystemTopics.IsSystemGroup)
            ? "it has none of the groups that each broker has: its groups are gone"
        : askedAt > theirs.LogEnd
            ? $"its log ends at {theirs.LogEnd}, before this slave's, which goes to {askedAt}: has it lost what it had? This slave keeps all it has"
        : null;

    /// <summary>Waits until what is said was done can be read here, and is on the disk: a slave that knows more than it has would pass messages over.</summary>
    private async Task<string?> WaitForLogAsync(string address, long end, CancellationToken stopping)
    {
        var reached = _store.MaxPhysicalOffset;
        var since = _time.GetTimestamp();
        while (_store.DispatchedOffset < end)
        {
            if (_place.Address != address)
            {
                return "another broker is the master now";
            }

            if (_store.MaxPhysicalOffset is var now && now != reached)
            {
                (reached, since) = (now, _time.GetTimestamp());
            }
            else if (_time.GetElapsedTime(since) >= LogPatience)
            {
                return $"its log goes to {end}, and this slave's stands at {reached}: offsets wait until it comes";
            }

            await Task.Delay(LogLook, _time, stopping).ConfigureAwait(false);
        }

        // Who becomes master waits for no disk on account of what another one said.
        return await _store.WaitFlushedAsync(end).AsTask().WaitAsync(stopping).ConfigureAwait(false) is var flushed && flushed == FlushResult.Ok
            ? null
            : $"this slave's log can't be brought to the disk ({flushed}): offsets wait until it can";
    }

    /// <summary>Logs what is new about how it stands: not each round of a master that is away.</summary>
    private void Tell(string address, string? failure, bool isPart = false)
    {
        var last = State;
        var followedAt = last.Address == address ? last.FollowedAt : null;
        if (failure is null && isPart)
        {
            Volatile.Write(ref _state, new MetadataState(address, null, followedAt));
            return;
        }

        if (failure is null)
        {
            if (last.Failure is not null || followedAt is null)
            {
                Log.MetadataFollowed(_logger, address, _tellsChanges ? Period.TotalSeconds : ApachePeriod.TotalSeconds);
            }

            Volatile.Write(ref _state, new MetadataState(address, null, _time.GetTimestamp()));
            return;
        }

        if (last.Failure is null || last.Address != address)
        {
            Log.MetadataNotFollowed(_logger, address, failure);
        }

        Volatile.Write(ref _state, new MetadataState(address, failure, followedAt));
    }
}
