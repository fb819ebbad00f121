using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using RocketMQ.Controller.Etcd.Wire;
using RocketMQ.Protocol.Names;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Controller.Etcd;

/// <summary>Questions to etcd, each bounded in time. Where one member does not answer, the next question goes to the next.</summary>
internal sealed class EtcdClient : IDisposable
{
    /// <summary>etcd takes more frequent ones for an attack.</summary>
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(10);

    private readonly EtcdOptions _options;
    private readonly string[] _endpoints;
    private readonly GrpcChannel[] _channels;
    private readonly TimeSpan _timeout;
    private volatile string? _token;
    private int _current;

    /// <exception cref="ConfigurationException">An endpoint or a certificate can't be used.</exception>
    public EtcdClient(EtcdOptions options)
    {
        _options = options;
        _timeout = TimeSpan.FromMilliseconds(options.EtcdRequestTimeoutMillis);
        _endpoints = options.EtcdEndpoints.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (_endpoints.Length == 0 || !_endpoints.All(each => Uri.TryCreate(each, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            throw new ConfigurationException($"etcdEndpoints={options.EtcdEndpoints} is no list of http://host:port or https://host:port, joined by semicolons.");
        }

        _channels = [.. _endpoints.Select(endpoint => GrpcChannel.ForAddress(endpoint, new GrpcChannelOptions { HttpHandler = Handler(options), DisposeHttpClient = true }))];
    }

    public Task<TxnResponse> TxnAsync(TxnRequest request, CancellationToken cancellationToken) =>
        AskAsync((channel, call) => new KV.KVClient(channel).TxnAsync(request, call).ResponseAsync, cancellationToken);

    public Task<RangeResponse> RangeAsync(RangeRequest request, CancellationToken cancellationToken) =>
        AskAsync((channel, call) => new KV.KVClient(channel).RangeAsync(request, call).ResponseAsync, cancellationToken);

    public async Task<long> GrantAsync(int seconds, CancellationToken cancellationToken)
    {
        var granted = await AskAsync(
            (channel, call) => new Lease.LeaseClient(channel).LeaseGrantAsync(new LeaseGrantRequest { Ttl = seconds }, call).ResponseAsync, cancellationToken).ConfigureAwait(false);
        return granted is { Id: not 0, Ttl: > 0 } ? granted.Id : throw new EtcdException($"etcd at {Endpoint} grants no lease: {PlainText.Of(granted.Error)}");
    }

    public Task RevokeAsync(long lease, CancellationToken cancellationToken) =>
        AskAsync((channel, call) => new Lease.LeaseClient(channel).LeaseRevokeAsync(new LeaseRevokeRequest { Id = lease }, call).ResponseAsync, cancellationToken);

    /// <returns>Whether the lease is still there.</returns>
    public Task<bool> KeepAliveAsync(long lease, CancellationToken cancellationToken) => AskAsync(
        async (channel, call) =>
        {
            using var stream = new Lease.LeaseClient(channel).LeaseKeepAlive(call);
            await stream.RequestStream.WriteAsync(new LeaseKeepAliveRequest { Id = lease }, call.CancellationToken).ConfigureAwait(false);
            return await stream.ResponseStream.MoveNext(call.CancellationToken).ConfigureAwait(false) && stream.ResponseStream.Current.Ttl > 0;
        },
        cancellationToken);

    /// <summary>Changes of keys that begin with a prefix, from a revision on, until the connection ends.</summary>
    public async Task WatchAsync(WatchCreateRequest request, Action<WatchResponse> onNews, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = new Watch.WatchClient(Channel).Watch(Headers(), cancellationToken: cancellationToken);
            await stream.RequestStream.WriteAsync(new WatchRequest { CreateRequest = request }, cancellationToken).ConfigureAwait(false);
            while (await stream.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false))
            {
                var news = stream.ResponseStream.Current;
                if (news.Canceled)
                {
                    throw new EtcdException($"etcd at {Endpoint} ends the watch: {PlainText.Of(news.CancelReason)}");
                }

                onNews(news);
            }
        }
        catch (RpcException e)
        {
            throw Explain(e, cancellationToken);
        }
    }

    public void Dispose()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }
    }

    private string Endpoint => _endpoints[Volatile.Read(ref _current) % _endpoints.Length];

    private GrpcChannel Channel => _channels[Volatile.Read(ref _current) % _channels.Length];

    private async Task<TAnswer> AskAsync<TAnswer>(Func<GrpcChannel, CallOptions, Task<TAnswer>> ask, CancellationToken cancellationToken)
    {
        for (var hasSignedIn = false; ; hasSignedIn = true)
        {
            try
            {
                if (_options.EtcdUser.Length > 0 && (_token is null || hasSignedIn))
                {
                    await SignInAsync(cancellationToken).ConfigureAwait(false);
                }

                return await ask(Channel, new CallOptions(Headers(), Deadline(), cancellationToken)).ConfigureAwait(false);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated && _options.EtcdUser.Length > 0 && !hasSignedIn)
            {
                // Tokens do not live as long as a controller.
            }
            catch (RpcException e)
            {
                throw Explain(e, cancellationToken);
            }
            catch (InvalidProtocolBufferException e)
            {
                throw new EtcdException($"etcd at {Endpoint} answers nonsense: {e.Message}", e);
            }
        }
    }

    private async Task SignInAsync(CancellationToken cancellationToken)
    {
        var answer = await new Auth.AuthClient(Channel).AuthenticateAsync(
            new AuthenticateRequest { Name = _options.EtcdUser, Password = _options.EtcdPassword }, deadline: Deadline(), cancellationToken: cancellationToken);
        _token = answer.Token;
    }

    /// <summary>The library takes a time of day; that a clock is set meanwhile makes one question end early or late.</summary>
    private DateTime Deadline() => TimeProvider.System.GetUtcNow().UtcDateTime + _timeout;

    private Metadata Headers() => _token is { } token ? new Metadata { { "token", token } } : [];

    private Exception Explain(RpcException e, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException(cancellationToken);
        }

        var endpoint = Endpoint;
        var detail = PlainText.Of(e.Status.DebugException is { } inner && e.StatusCode == StatusCode.Unavailable ? inner.GetBaseException().Message : e.Status.Detail, 300);
        if (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Unimplemented or StatusCode.Cancelled or StatusCode.Unknown)
        {
            Interlocked.Increment(ref _current);
        }

        return new EtcdException(
            e.StatusCode switch
            {
                StatusCode.Unavailable => $"etcd at {endpoint} can't be reached: {detail}",
                StatusCode.DeadlineExceeded => $"etcd at {endpoint} did not answer within etcdRequestTimeoutMillis={_options.EtcdRequestTimeoutMillis}",
                StatusCode.ResourceExhausted => $"etcd at {endpoint} has no room ({detail}): compact and defragment it or raise its --quota-backend-bytes, then 'etcdctl alarm disarm'",
                StatusCode.Unauthenticated or StatusCode.InvalidArgument or StatusCode.FailedPrecondition => $"etcd at {endpoint} refuses (etcdUser={_options.EtcdUser}): {detail}",
                StatusCode.PermissionDenied => $"etcd at {endpoint} does not let etcdUser={_options.EtcdUser} use keys below {_options.EtcdKeyPrefix}: {detail}",
                _ => $"etcd at {endpoint} answers {e.StatusCode}: {detail}",
            },
            e);
    }

    private static SocketsHttpHandler Handler(EtcdOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromMilliseconds(options.EtcdRequestTimeoutMillis),
            KeepAlivePingDelay = PingInterval,
            KeepAlivePingTimeout = TimeSpan.FromMilliseconds(Math.Max(options.EtcdRequestTimeoutMillis, 1000)),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        try
        {
            if (options.EtcdCaFile.Length > 0)
            {
                var roots = new X509Certificate2Collection();
                roots.ImportFromPemFile(options.EtcdCaFile);
                handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
            }

            if (options.EtcdCertFile.Length > 0)
            {
                var certificate = X509Certificate2.CreateFromPemFile(options.EtcdCertFile, options.EtcdKeyFile.Length > 0 ? options.EtcdKeyFile : null);
                handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null);
            }
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationException($"etcdCaFile, etcdCertFile or etcdKeyFile can't be used: {e.Message}");
        }

        return handler;
    }
}
