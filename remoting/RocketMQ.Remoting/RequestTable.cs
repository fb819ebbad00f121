using System.Collections.Frozen;

namespace RocketMQ.Remoting;

/// <summary>Code → handler and lane, frozen when the server starts.</summary>
public sealed class RequestTable
{
    private readonly FrozenDictionary<int, Entry> _entries;

    private RequestTable(FrozenDictionary<int, Entry> entries) => _entries = entries;

    /// <param name="Handler">Answers.</param>
    /// <param name="Lane">Where; null for the thread that read the frame.</param>
    /// <param name="InlineBodyLimit">A body of more bytes is for the lane; one of less is not.</param>
    internal sealed record Entry(IRequestHandler Handler, Lane? Lane, int InlineBodyLimit = -1)
    {
        /// <summary>The lane for a request with this body; null when it is answered on the thread that read it.</summary>
        public Lane? LaneFor(long bodyLength) => bodyLength > InlineBodyLimit ? Lane : null;
    }

    public static RequestTable Empty { get; } = new Builder().Build();

    public IReadOnlyCollection<int> Codes => _entries.Keys;

    internal bool TryGet(int code, out Entry entry) => _entries.TryGetValue(code, out entry!);

    /// <summary>Collects the registrations of a server.</summary>
    public sealed class Builder
    {
        private readonly Dictionary<int, Entry> _entries = [];

        /// <summary>Runs on the thread that read the frame: for handlers that never block.</summary>
        /// <exception cref="ArgumentException">The code has a handler already.</exception>
        public Builder Add(int code, IRequestHandler handler) => Add(code, handler, null);

        /// <summary>Runs on <paramref name="lane"/> with an owned copy of the request: for handlers that touch files or compute.</summary>
        /// <exception cref="ArgumentException">The code has a handler already.</exception>
        public Builder Add(int code, IRequestHandler handler, Lane? lane)
        {
            if (!_entries.TryAdd(code, new Entry(handler, lane)))
            {
                throw new ArgumentException($"Request code {code} has two handlers: {_entries[code].Handler} and {handler}.", nameof(code));
            }

            return this;
        }

        /// <summary>
        /// Runs on the thread that read the frame, unless the body is longer than <paramref name="inlineBodyLimit"/> bytes: then on
        /// <paramref name="lane"/>. For handlers that never block, but take as long as their body is to be read.
        /// </summary>
        /// <exception cref="ArgumentException">The code has a handler already.</exception>
        public Builder Add(int code, IRequestHandler handler, Lane lane, int inlineBodyLimit)
        {
            Add(code, handler, lane);
            _entries[code] = _entries[code] with { InlineBodyLimit = inlineBodyLimit };
            return this;
        }

        /// <summary>Puts something before every handler that was added so far.</summary>
        public Builder Wrap(Func<IRequestHandler, IRequestHandler> wrapper) => Wrap((_, handler) => wrapper(handler));

        /// <summary>Puts something before handlers that were added so far, by their codes.</summary>
        public Builder Wrap(Func<int, IRequestHandler, IRequestHandler> wrapper)
        {
            foreach (var (code, entry) in _entries.ToList())
            {
                _entries[code] = entry with { Handler = wrapper(code, entry.Handler) };
            }

            return this;
        }

        public RequestTable Build() => new(_entries.ToFrozenDictionary());
    }
}
