using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Pulling;

/// <summary>A subscription's filter as the store asks it.</summary>
public sealed class PullFilter : IMessageFilter
{
    private readonly Filtering.IMessageFilter _filter;

    private PullFilter(Filtering.IMessageFilter filter) => _filter = filter;

    /// <summary>The filter of a pull; <see langword="null"/> when everything passes, which the store reads fastest.</summary>
    public static PullFilter? For(Filtering.IMessageFilter filter) =>
        filter is Filtering.TagFilter { IsMatchAll: true } ? null : new PullFilter(filter);

    public bool MatchesTagsCode(long? tagsCode) => tagsCode is not { } code || _filter.MayMatch(code);

    public bool MatchesRecord(in MessageRecord record) => _filter.Matches(record.Properties);
}
