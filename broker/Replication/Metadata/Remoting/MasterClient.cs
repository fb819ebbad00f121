using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;
using RocketMQ.Store.Timing;

namespace RocketMQ.Broker.Replication.Metadata.Remoting;

/// <summary>
/// Asks a master for its tables, as Apache's slaves do: topics and timers at its fast port, two below its own, where no pulls stand in the way. One that is
/// ours is told which version of a table the slave has, and answers with what is new. One asks at a time.
/// </summary>
internal sealed class MasterClient(RemotingClient client)
{
    /// <summary>For each answer; a table of a hundred thousand entries takes a master a second.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Topics, or groups, of a page.</summary>
    private const int PageSize = 2000;

    /// <summary>By code: what the slave has of the master that is asked.</summary>
    private readonly ConcurrentDictionary<int, string> _known = [];

    /// <summary>By code: the versions of what is being answered.</summary>
    private Dictionary<int, string> _answered = [];

    /// <summary>Requests that this master does not know.</summary>
    private readonly HashSet<int> _unknown = [];
    private string _address = "";
    private string _fastAddress = "";
    private long _logEnd;
    private bool _tellsChanges;

    /// <summary>Whether the master has timers, as far as is known.</summary>
    public bool MayHaveTimers => !_unknown.Contains(RequestCode.GetTimerCheckPoint);

    /// <summary>Nothing is known of any master: the slave may have changed its tables since.</summary>
    public void Forget() => _address = "";

    /// <exception cref="RemotingException">The master is away, or does not answer in time, or refuses.</exception>
    /// <exception cref="RemotingJsonException">What it answers makes no sense.</exception>
    /// <exception cref="HeaderFieldException">What it answers makes no sense.</exception>
    public async Task<MasterTables> AskAsync(string address, MasterQuestions questions, CancellationToken cancellationToken)
    {
        Begin(address);
        var theirs = new MasterTables { LogEnd = 0, TellsChanges = false, Versions = _answered };
        if (questions.HasFlag(MasterQuestions.Tables))
        {
            theirs = theirs with { Topics = await TopicsAsync(cancellationToken).ConfigureAwait(false) };
        }

        if (questions.HasFlag(MasterQuestions.Positions))
        {
            var (offsets, isPart) = await OffsetsAsync(cancellationToken).ConfigureAwait(false);
            var delays = await TableAsync<DelayOffsetSerializeWrapper>(RequestCode.GetAllDelayOffset, cancellationToken).ConfigureAwait(false);
            theirs = theirs with { Offsets = offsets, AreOffsetsPart = isPart, Delays = delays };
        }

        if (questions.HasFlag(MasterQuestions.Tables))
        {
            var groups = await GroupsAsync(cancellationToken).ConfigureAwait(false);
            var modes = await TableAsync<MessageRequestModeSerializeWrapper>(RequestCode.GetAllMessageRequestMode, cancellationToken, isOptional: true).ConfigureAwait(false);
            var counts = await TableAsync<TimerMetricsSerializeWrapper>(RequestCode.GetTimerMetrics, cancellationToken, isOptional: true).ConfigureAwait(false);
            theirs = theirs with { Groups = groups, RequestModes = modes, TimerMetrics = counts };
        }

        if (questions.HasFlag(MasterQuestions.Timers))
        {
            theirs = theirs with { Timers = await TimersAsync(cancellationToken).ConfigureAwait(false) };
        }

        return theirs with
        {
            TellsChanges = _tellsChanges,
            LogEnd = _tellsChanges ? _logEnd : await LogEndAsync(cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>The slave has taken what was answered. Any thread.</summary>
    /// <param name="theirs">The answer.</param>
    /// <param name="exceptTopics">But not all of the topics: they are wanted again.</param>
    /// <param name="questions">What of it.</param>
    public void Took(MasterTables theirs, MasterQuestions questions, bool exceptTopics = false)
    {
        foreach (var (code, version) in theirs.Versions)
        {
            var isPosition = code is RequestCode.GetAllConsumerOffset or RequestCode.GetAllDelayOffset or RequestCode.GetTimerCheckPoint;
            if (questions.HasFlag(isPosition ? MasterQuestions.Positions : MasterQuestions.Tables) && !(exceptTopics && code == RequestCode.GetAllTopicConfig))
            {
                _known[code] = version;
            }
        }
    }

    private void Begin(string address)
    {
        if (address != _address)
        {
            _address = address;
            _fastAddress = FastAddressOf(address);
            _known.Clear();
            _unknown.Clear();
        }

        _answered = [];
        _logEnd = 0;
        _tellsChanges = false;
    }

    private Task<TopicConfigAndMappingSerializeWrapper?> TopicsAsync(CancellationToken cancellationToken) => PagesAsync<TopicConfigAndMappingSerializeWrapper>(
        RequestCode.GetAllTopicConfig, static (seq, header) => (header.TopicSeq, header.MaxTopicNum) = (seq, PageSize), static reply => reply.TotalTopicNum,
        static (page, all) => Add(page.TopicConfigTable, all?.TopicConfigTable), static page => page.DataVersion, cancellationToken);

    private Task<SubscriptionGroupWrapper?> GroupsAsync(CancellationToken cancellationToken) => PagesAsync<SubscriptionGroupWrapper>(
        RequestCode.GetAllSubscriptiongroupConfig, static (seq, header) => (header.GroupSeq, header.MaxGroupNum) = (seq, PageSize), static reply => reply.TotalGroupNum,
        static (page, all) => Add(page.SubscriptionGroupTable, all?.SubscriptionGroupTable), static page => page.DataVersion, cancellationToken);

    private async Task<(LmqConsumerOffsetSerializeWrapper? Offsets, bool IsPart)> OffsetsAsync(CancellationToken cancellationToken)
    {
        var reply = await InvokeAsync(RequestCode.GetAllConsumerOffset, new TableRequestHeader(), cancellationToken).ConfigureAwait(false);
        return reply.Body.IsEmpty
            ? (null, true)
            : (Read<LmqConsumerOffsetSerializeWrapper>(reply), reply.ReadHeader<TableResponseHeader>().IsPart ?? false);
    }

    private async Task<T?> TableAsync<T>(int code, CancellationToken cancellationToken, bool isOptional = false)
        where T : class
    {
        var reply = await TryInvokeAsync(code, isOptional, cancellationToken).ConfigureAwait(false);
        return reply is null || reply.Body.IsEmpty ? null : Read<T>(reply);
    }

    private async Task<TimerCheckpoint?> TimersAsync(CancellationToken cancellationToken)
    {
        var reply = await TryInvokeAsync(RequestCode.GetTimerCheckPoint, isOptional: true, cancellationToken).ConfigureAwait(false);
        if (reply is null)
        {
            return null;
        }

        return reply.Body.Length == TimerCheckpoint.Bytes
            ? TimerCheckpoint.Read(reply.Body.ToArray())
            : throw new RemotingException($"{_address} answered {RequestCode.Describe(RequestCode.GetTimerCheckPoint)} with {reply.Body.Length} bytes instead of {TimerCheckpoint.Bytes}");
    }

    /// <summary>A table as one answer, or as many pages as the master says there are.</summary>
    private async Task<T?> PagesAsync<T>(
        int code, Action<int, TableRequestHeader> from, Func<TableResponseHeader, int?> total, Func<T, T?, int> add, Func<T, DataVersion> version,
        CancellationToken cancellationToken)
        where T : class
    {
        T? table = null;
        var header = new TableRequestHeader();
        while (true)
        {
            var reply = await InvokeAsync(code, header, cancellationToken).ConfigureAwait(false);
            if (reply.Body.IsEmpty)
            {
                return table;
            }

            var page = Read<T>(reply);
            if (table is not null && version(page) != version(table))
            {
                throw new RemotingException($"{_address} changed what {RequestCode.Describe(code)} is about while it was read");
            }

            var (before, have) = (table is null ? 0 : add(table, null), add(page, table));
            table ??= page;
            if (total(reply.ReadHeader<TableResponseHeader>()) is not { } all || have >= all || have == before)
            {
                return table;
            }

            header = new TableRequestHeader { DataVersion = System.Text.Encoding.UTF8.GetString(RemotingJson.Serialize(version(table))) };
            from(have, header);
        }
    }

    /// <summary>Adds a page's entries to those before.</summary>
    /// <returns>How many there are.</returns>
    private static int Add<TValue>(Dictionary<string, TValue> page, Dictionary<string, TValue>? all)
    {
        foreach (var (name, value) in all is null ? [] : page)
        {
            all![name] = value;
        }

        return (all ?? page).Count;
    }

    /// <summary>Where the log of a master ends that does not say so by itself.</summary>
    private async Task<long> LogEndAsync(CancellationToken cancellationToken)
    {
        var reply = await InvokeAsync(RequestCode.GetBrokerRuntimeInfo, header: null, cancellationToken).ConfigureAwait(false);
        return long.TryParse(Read<KVTable>(reply).Table.GetValueOrDefault("commitLogMaxOffset"), CultureInfo.InvariantCulture, out var end)
            ? end
            : throw new RemotingException($"{_address} does not say where its log ends (commitLogMaxOffset)");
    }

    /// <returns><see langword="null"/> where the master has no such table: it is older, or does not serve timers.</returns>
    private async Task<RemotingCommand?> TryInvokeAsync(int code, bool isOptional, CancellationToken cancellationToken)
    {
        if (_unknown.Contains(code))
        {
            return null;
        }

        var reply = await SendAsync(code, new TableRequestHeader(), cancellationToken).ConfigureAwait(false);
        if (isOptional && reply.Code is ResponseCode.RequestCodeNotSupported or ResponseCode.SystemError)
        {
            if (reply.Code == ResponseCode.RequestCodeNotSupported)
            {
                _unknown.Add(code);
            }

            return null;
        }

        return Note(code, reply);
    }

    private async Task<RemotingCommand> InvokeAsync(int code, TableRequestHeader? header, CancellationToken cancellationToken) =>
        Note(code, await SendAsync(code, header, cancellationToken).ConfigureAwait(false));

    private RemotingCommand Note(int code, RemotingCommand reply)
    {
        if (reply.Code != ResponseCode.Success)
        {
            throw new RemotingException($"{_address} answered {RequestCode.Describe(code)} with {ResponseCode.Describe(reply.Code)} {reply.Remark}");
        }

        var header = reply.ReadHeader<TableResponseHeader>();
        if (header.TableVersion is { } version)
        {
            _tellsChanges = true;
            _answered[code] = version;
            _logEnd = Math.Max(_logEnd, header.LogEnd ?? 0);
        }

        return reply;
    }

    /// <summary>What is no name in it is left out where it is taken.</summary>
    private static T Read<T>(RemotingCommand reply) => RemotingJson.Deserialize<T>(reply.Body.IsSingleSegment ? reply.Body.FirstSpan : reply.Body.ToArray());

    private async Task<RemotingCommand> SendAsync(int code, TableRequestHeader? header, CancellationToken cancellationToken)
    {
        if (header is not null)
        {
            header.KnownTableVersion = _known.GetValueOrDefault(code) ?? "";
        }

        if (code is RequestCode.GetAllTopicConfig or RequestCode.GetTimerCheckPoint or RequestCode.GetTimerMetrics && _fastAddress.Length > 0)
        {
            try
            {
                return await client.InvokeAsync(_fastAddress, RemotingCommand.Request(code, header), Timeout, cancellationToken).ConfigureAwait(false);
            }
            catch (RemotingConnectException)
            {
                // Nobody listens there: not every broker has the port, or is reached at it. Asked again with the next master.
                _fastAddress = "";
            }
        }

        return await client.InvokeAsync(_address, RemotingCommand.Request(code, header), Timeout, cancellationToken).ConfigureAwait(false);
    }

    private static string FastAddressOf(string address)
    {
        var colon = address.LastIndexOf(':');
        return int.TryParse(address.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var port) && port > 2
            ? string.Create(CultureInfo.InvariantCulture, $"{address.AsSpan(0, colon + 1)}{port - 2}")
            : "";
    }
}
